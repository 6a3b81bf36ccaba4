/** What English promises and the other languages keep: the keys, and the values each text takes. */

import type { en } from "./en";

type English = typeof en;

/** The same keys with any words: a language that lacks one does not compile. */
type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
export type Texts = Words<English>;

type Path<T, Before extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Before}${K}` : Path<T[K], `${Before}${K}.`>;
}[keyof T & string];
type WithoutPlural<P> = P extends `${infer Stem}_one` ? Stem : P extends `${infer Stem}_other` ? Stem : P;

/** A text's place; texts with plural forms go by their stem and take a `count`. */
export type TextKey = WithoutPlural<Path<English>>;

type At<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? At<T[Head], Rest>
    : never
  : P extends keyof T
    ? T[P]
    : `${P}_other` extends keyof T
      ? T[`${P}_other`]
      : never;
type Slots<S> = S extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Slots<Rest> : never;
export type Value = string | number;
export type Values<K extends TextKey> = { readonly [Name in Slots<At<English, K>>]: Value };
type Rest<K extends TextKey> = [Slots<At<English, K>>] extends [never] ? [] : [values: Values<K>];

/** Gives a text in the person's language. */
export type Translate = <K extends TextKey>(key: K, ...values: Rest<K>) => string;

/** A text that is chosen in one place and put into words in another, perhaps in another language later. */
export interface Sentence {
  readonly key: TextKey;
  readonly values?: Readonly<Record<string, Value>>;
}

export function sentence<K extends TextKey>(key: K, ...[values]: Rest<K>): Sentence {
  return values === undefined ? { key } : { key, values };
}
