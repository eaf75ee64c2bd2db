/**
 * The one error that crosses Assay's doors.
 *
 * `code` is `area/what` from a closed union (codes.ts); `message` says what happened, `subject` to which file or
 * thing, `remedy` what to do now. Window and browser show the sentence of the user's language for the code, the
 * command line prints message and remedy.
 */
import { type ErrorCode, ERRORS } from './codes.ts';

export interface WireError {
  code: ErrorCode;
  message: string;
  remedy: string;
  subject?: string;
  /** Values for the holes of the translated sentence. */
  values?: Record<string, string | number>;
  /** Technical detail for the fold: the native error's text, a stack. */
  detail?: string;
}

export interface ErrorOptions {
  subject?: string;
  values?: Record<string, string | number>;
  cause?: unknown;
  /** Overrides the code's default remedy where a better one is known. */
  remedy?: string;
}

/** Fills `{name}` holes of a sentence. Unknown holes stay visible: a missing value is a fault to be seen. */
export function fill(sentence: string, values: Record<string, string | number> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) => (name in values ? String(values[name]) : hole));
}

export class AssayError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly subject: string | undefined;
  readonly values: Record<string, string | number>;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const text = ERRORS[code];
    const values = { ...(options.subject === undefined ? {} : { subject: options.subject }), ...options.values };
    super(fill(text.en, values), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AssayError';
    this.code = code;
    this.remedy = options.remedy ?? fill(text.remedy.en, values);
    this.subject = options.subject;
    this.values = values;
  }

  toWire(): WireError {
    const { code, message, remedy, subject, values } = this;
    const cause = this.cause instanceof Error ? (this.cause.stack ?? this.cause.message) : undefined;
    return { code, message, remedy, subject, values, detail: cause };
  }

  static fromWire(wire: WireError): AssayError {
    return new AssayError(wire.code, {
      subject: wire.subject,
      values: wire.values,
      remedy: wire.remedy,
      cause: wire.detail === undefined ? undefined : new Error(wire.detail),
    });
  }
}

/** Any thrown value as an AssayError; what is unknown becomes `internal/fault`, with the original as its cause. */
export function toAssayError(thrown: unknown): AssayError {
  if (thrown instanceof AssayError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const system = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (system === 'ENOSPC' || system === 'SQLITE_FULL')
    return new AssayError('disk/full', { values: { reason }, cause: thrown });
  return new AssayError('internal/fault', { values: { reason }, cause: thrown });
}

/** Message and remedy in a language. A remedy that was given with the error is as it was given. */
export function errorText(error: AssayError, locale: 'en' | 'ko'): { message: string; remedy: string } {
  const text = ERRORS[error.code];
  const own = fill(text.remedy.en, error.values);
  return {
    message: fill(text[locale], error.values),
    remedy: error.remedy === own ? fill(text.remedy[locale], error.values) : error.remedy,
  };
}
