/**
 * One focus model for keys. What can be done is an action with a name and, where it has one, a key; the palette lists
 * the actions, the key sheet shows them, and one listener runs them. The newest scope is asked first, so a loupe over
 * a grid takes its keys before the grid does.
 */

import { untrack } from 'svelte';

export interface Action {
  id: string;
  /** Shown in palette and key sheet. */
  title: () => string;
  /** As in "Ctrl+Z", "Shift+A", "ArrowLeft", "x". `Ctrl` is ⌘ on macOS. */
  key?: string;
  /** False: not offered now. */
  enabled?: () => boolean;
  run: (event?: KeyboardEvent) => void;
  /** Works while a text field has focus. */
  inText?: boolean;
  /** Not in the palette: moving about, class keys. */
  hidden?: boolean;
  /** Not on the key sheet: keys of classes have a place of their own there. */
  unlisted?: boolean;
}

export interface Scope {
  name: string;
  actions: () => Action[];
  /** Keys of outer scopes are not asked: dialogs. */
  modal?: boolean;
}

const MAC = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);

/** The name of a pressed key: modifiers in the order Ctrl, Alt, Shift. Letters are named by place where Hangul is typed. */
export function keyName(event: KeyboardEvent): string {
  // With a Korean input method `key` is a jamo or "Process"; the place on the keyboard still says which letter is meant.
  const place = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? /^Digit(\d)$/.exec(event.code)?.[1];
  const plain = event.key.length === 1 && event.key.charCodeAt(0) < 128 && !event.altKey;
  let key = plain || !place ? event.key : place;
  if (key.length === 1 && /[a-z]/i.test(key)) key = key.toLowerCase();
  if (event.shiftKey && place && /\d/.test(place)) key = place;
  const letterOrNamed = key.length > 1 || /[a-z0-9]/.test(key);
  return [
    (MAC ? event.metaKey : event.ctrlKey) && 'Ctrl',
    event.altKey && 'Alt',
    event.shiftKey && letterOrNamed && 'Shift',
    key === ' ' ? 'Space' : key,
  ]
    .filter(Boolean)
    .join('+');
}

/** Keys that a focused control needs itself. A button that was clicked with the mouse gives its keys back to the view. */
function belongsToControl(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === 'range')
    return /^(Shift\+)?(Arrow|Home|End|Page)/.test(key);
  const control = target.closest('button, summary, a[href], [role="option"], [role="slider"]');
  return control !== null && (key === 'Enter' || key === 'Space') && target.matches(':focus-visible');
}

/** How a key is written on screen. */
export function keyLabel(key: string): string {
  const names: Record<string, string> = {
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
    Backspace: '⌫',
    Enter: 'Enter',
  };
  return key
    .split('+')
    .map((part) => (part === 'Ctrl' && MAC ? '⌘' : (names[part] ?? (part.length === 1 ? part.toUpperCase() : part))))
    .join(' ');
}

export const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.tagName === 'TEXTAREA' ||
    target.tagName === 'SELECT' ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)));

export class Keys {
  #scopes = $state.raw<readonly Scope[]>([]);

  /** Adds a scope above the others; returns the function that takes it away. Use in an $effect. */
  push(scope: Scope): () => void {
    // Called in effects: adding to the list must not make an effect depend on the list.
    untrack(() => (this.#scopes = [...this.#scopes, scope]));
    return () => (this.#scopes = this.#scopes.filter((s) => s !== scope));
  }

  /** Scopes from the innermost outwards, up to a modal one. */
  get active(): Scope[] {
    const reversed = [...this.#scopes].reverse();
    const modal = reversed.findIndex((scope) => scope.modal);
    return modal < 0 ? reversed : reversed.slice(0, modal + 1);
  }

  /** What the palette offers, whatever modal scope it is itself. */
  get offered(): { scope: string; action: Action }[] {
    return this.#scopes
      .filter((s) => !s.modal)
      .flatMap((scope) =>
        scope
          .actions()
          .filter((a) => !a.hidden && a.enabled?.() !== false)
          .map((action) => ({ scope: scope.name, action })),
      );
  }

  /** Every action with a key, for the key sheet. */
  get sheet(): { scope: string; actions: Action[] }[] {
    return this.#scopes
      .filter((s) => !s.modal)
      .map((scope) => ({ scope: scope.name, actions: scope.actions().filter((a) => a.key && !a.unlisted) }));
  }

  handle(event: KeyboardEvent): boolean {
    if (event.isComposing) return false;
    const key = keyName(event);
    const typing = isTextField(event.target);
    for (const scope of this.active) {
      const action = scope.actions().find((a) => a.key === key && a.enabled?.() !== false && (!typing || a.inText));
      if (!action || belongsToControl(key, event.target)) continue;
      event.preventDefault();
      event.stopPropagation();
      action.run(event);
      return true;
    }
    return false;
  }
}
