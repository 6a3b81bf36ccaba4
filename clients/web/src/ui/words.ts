/** The person's language for every component below. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { Language } from "./language";
import type { Sentence, Translate } from "./texts/shape";

export interface Words {
  readonly language: Language;
  readonly t: Translate;
}

export const WordsContext = createContext<Words | null>(null);

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new Error("a component outside the page asked for words");
  return words;
}

/** Puts a sentence into words. */
export function put(t: Translate, { key, values }: Sentence): string {
  // `sentence()` checked the values against the key; a union of keys cannot carry that proof.
  return (t as (key: string, values?: object) => string)(key, values);
}
