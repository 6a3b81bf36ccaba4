/** One of a few, all in sight: radio buttons that look like one switch. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface Props<T extends string> {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly text: string; readonly lang?: string }[];
  readonly chosen: T;
  readonly choose: (value: T) => void;
}

export function Choice<T extends string>({ legend, options, chosen, choose }: Props<T>): JSX.Element {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="options">
        {options.map(({ value, text, lang }) => (
          <label key={value} lang={lang}>
            <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => choose(value)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SwitchProps {
  readonly text: string;
  readonly isOn: boolean;
  readonly turn: (isOn: boolean) => void;
}

/** On or off. */
export function Toggle({ text, isOn, turn }: SwitchProps): JSX.Element {
  return (
    <label class="toggle">
      <input type="checkbox" role="switch" checked={isOn} onChange={(event) => turn(event.currentTarget.checked)} />
      <span>{text}</span>
    </label>
  );
}
