/** Links to a place, and ways to hand them on, also where the page may not use the clipboard. */

/** The address of a spot of the world that this page shows; "" is the world's entrance. */
export function linkTo(spot: string): string {
  const url = new URL(location.pathname, location.origin);
  if (spot !== "") url.hash = encodeURIComponent(spot);
  return url.href;
}

const TICKET = /^#t=([A-Za-z0-9_.=-]{1,256})$/;

/** The ticket of a signed link; null where the address has none. */
export function ticketOf(address: Location): string | null {
  return TICKET.exec(address.hash)?.[1] ?? null;
}

/** The spot that the address names; "" for none. */
export function spotOf(address: Location): string {
  if (address.hash.startsWith("#t=")) return "";
  try {
    return decodeURIComponent(address.hash.slice(1)).slice(0, 64);
  } catch {
    return ""; // a broken % sequence names nothing
  }
}

/** The world that an address names; null for none, also when it is not a proper one. */
export function worldOf(path: string): string | null {
  const named = /^\/w\/([^/]+)\/?$/.exec(path)?.[1];
  try {
    return named === undefined ? null : decodeURIComponent(named);
  } catch {
    return null;
  }
}

/** Copies a text; without the clipboard's leave by the old command; tells whether it worked. */
export async function copyText(text: string, field: HTMLInputElement | null): Promise<boolean> {
  if ("clipboard" in navigator) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed: the old way may still be.
    }
  }
  return copyBySelection(text, field);
}

/** On plain HTTP there is no clipboard object, but a selected text can be copied. */
function copyBySelection(text: string, field: HTMLInputElement | null): boolean {
  if (field !== null) {
    field.select();
    return document.execCommand("copy");
  }
  const made = document.createElement("input");
  made.value = text;
  made.setAttribute("aria-hidden", "true");
  made.className = "aloud";
  const before = document.activeElement;
  document.body.append(made);
  made.select();
  const isCopied = document.execCommand("copy");
  made.remove();
  if (before instanceof HTMLElement) before.focus();
  return isCopied;
}

/** Hands a link to the device's own sharing; whoever closes it again has changed their mind. */
export async function sendLink(url: string, title: string): Promise<void> {
  try {
    await navigator.share({ url, title });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) reportError(error);
  }
}

/** Saves a picture among the downloads. */
export function download(content: Blob, file: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
