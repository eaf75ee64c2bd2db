/** Invented people, places and things: plausible words in fresh combinations; numbers are masked as on copies. */
import { type Draw } from './random.ts';
import {
  SURNAMES,
  FIRST,
  SECOND,
  ROMAN,
  REGIONS,
  ROADS,
  COMPLEX,
  HOSPITAL_NAMES,
  HOSPITAL_KINDS,
  DEPARTMENTS,
  OPINIONS,
  DRUG_NAMES,
  DRUG_FORMS,
  PHARMACIES,
  PLATE_LETTERS,
  PLATE_REGIONS,
} from './vocabulary.ts';

export interface Person {
  name: string;
  surname: string;
  given: string;
  female: boolean;
  birth: Day;
  /** Resident number with its tail masked: 850725-2******. */
  resident: string;
  phone: string;
  address: string;
}

/** A calendar day; drawn days stop at the 28th, so that each exists. */
export interface Day {
  y: number;
  m: number;
  d: number;
}

const two = (n: number) => String(n).padStart(2, '0');

/** A day as text: 'kr' 2025년 3월 7일, 'dot' 2025. 03. 07., 'dash' 2025-03-07, 'slash' 2025/03/07. */
export function day({ y, m, d }: Day, form: 'kr' | 'dot' | 'dash' | 'slash' = 'dash'): string {
  if (form === 'kr') return `${String(y)}년 ${String(m)}월 ${String(d)}일`;
  if (form === 'dot') return `${String(y)}. ${two(m)}. ${two(d)}.`;
  return [String(y), two(m), two(d)].join(form === 'dash' ? '-' : '/');
}

export function drawDay(r: Draw, from: number, to: number): Day {
  return { y: r.int(from, to), m: r.int(1, 12), d: r.int(1, 28) };
}

/** A day moved by whole days, on a calendar of months of 28 days: drawn periods need no more. */
export function later({ y, m, d }: Day, days: number): Day {
  const total = (y * 12 + (m - 1)) * 28 + (d - 1) + days;
  const months = Math.floor(total / 28);
  return { y: Math.floor(months / 12), m: (months % 12) + 1, d: (total % 28) + 1 };
}

export function won(amount: number): string {
  return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Price-like amount: a multiple of ten within the range, small ones likelier. */
export function amount(r: Draw, low: number, high: number): number {
  return Math.round((low + (high - low) * r.unit() ** 2) / 10) * 10;
}

/** [province, town] of one place. */
export function region(r: Draw): readonly [string, string] {
  const [province, towns] = r.pick(REGIONS);
  return [province, r.pick(towns)];
}

export function address(r: Draw, masked = true): string {
  const [province, town] = region(r);
  const number = masked && r.chance(0.5) ? '**' : String(r.int(1, 180));
  const road = `${r.pick(ROADS)}${r.chance(0.4) ? '길' : '로'} ${number}`;
  const home = r.chance(0.6) ? `, ${String(r.int(101, 120))}동 ${String(r.int(1, 19))}${two(r.int(1, 8))}호` : '';
  return `${province} ${town} ${road}${home}${r.chance(0.3) ? ` (${r.pick(COMPLEX)})` : ''}`;
}

export function phone(r: Draw, area = '010'): string {
  return r.chance(0.7) ? `${area}-****-${r.digits(4)}` : `${area}-${r.digits(4)}-****`;
}

export function personName(r: Draw): { name: string; surname: string; given: string } {
  const surname = r.pick(SURNAMES);
  const given = r.pick(FIRST) + r.pick(SECOND);
  return { name: surname + given, surname, given };
}

export function person(r: Draw, from = 1945, to = 2004): Person {
  const birth = drawDay(r, from, to);
  const female = r.chance(0.5);
  const code = (birth.y >= 2000 ? 3 : 1) + (female ? 1 : 0);
  const tail = r.chance(0.75) ? `${String(code)}******` : '*******';
  return {
    ...personName(r),
    female,
    birth,
    resident: `${two(birth.y % 100)}${two(birth.m)}${two(birth.d)}-${tail}`,
    phone: phone(r),
    address: address(r),
  };
}

/** Latin capitals of a name made by this file, as in a passport. */
export function latin({ surname, given }: Pick<Person, 'surname' | 'given'>): { surname: string; given: string } {
  return {
    surname: ROMAN[surname] ?? 'KIM',
    given: [...given].map((syllable) => ROMAN[syllable] ?? 'U').join(''),
  };
}

export interface Hospital {
  name: string;
  address: string;
  phone: string;
  doctor: string;
  licence: string;
  department: string;
  /** Of this hospital's forms, 0-999: the same hospital prints the same template. */
  style: number;
}

export function hospital(r: Draw): Hospital {
  const a = r.int(0, HOSPITAL_NAMES.length - 1);
  const b = r.int(0, HOSPITAL_KINDS.length - 1);
  return {
    name: `${HOSPITAL_NAMES[a] ?? ''}${HOSPITAL_KINDS[b] ?? ''}`,
    address: address(r, false),
    phone: phone(r, r.pick(['02', '031', '032', '042', '051', '053', '062', '063', '033'])),
    doctor: personName(r).name,
    licence: r.digits(5),
    department: r.pick(DEPARTMENTS),
    style: (a * 37 + b * 101) % 1000,
  };
}

/** A doctor's remark of `count` sentences. */
export function opinion(r: Draw, count: number): string {
  const [first = '', ...rest] = OPINIONS;
  return [first, ...r.sample(rest, count - 1)].join(' ').replace('{w}', String(r.int(1, 12)));
}

export function drug(r: Draw): string {
  return r.pick(DRUG_NAMES) + r.pick(DRUG_FORMS);
}

export function pharmacy(r: Draw): string {
  return `${r.pick(PHARMACIES)}약국`;
}

export function accountNumber(r: Draw): string {
  const parts = r.pick([
    [3, 3, 6],
    [6, 2, 6],
    [3, 4, 4, 2],
    [4, 3, 6],
    [3, 2, 6],
  ]);
  const text = parts.map((n) => r.digits(n));
  text[text.length - 1] = `${(text[text.length - 1] ?? '').slice(0, -3)}***`;
  return text.join('-');
}

export function licenceNumber(r: Draw): string {
  return `${two(r.int(11, 28))}-${two(r.int(0, 24))}-${r.digits(6)}-**`;
}

export function businessNumber(r: Draw): string {
  return `${r.digits(3)}-${r.digits(2)}-***${r.digits(2)}`;
}

export interface Plate {
  region: string;
  front: string;
  letter: string;
  number: string;
}

export function plate(r: Draw): Plate {
  return {
    region: r.pick(PLATE_REGIONS),
    front: r.chance(0.5) ? r.digits(2) : String(r.int(100, 699)),
    letter: r.pick(PLATE_LETTERS),
    number: String(r.int(1000, 9999)),
  };
}
