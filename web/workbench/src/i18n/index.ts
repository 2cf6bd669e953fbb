// The interface in three languages. The English text is the key; a catalogue holds its translations, and for a text that counts something one for
// each plural form of the language. No macros and no compiler: the build has neither.
import { createStore, memory } from '../ui/store';

export const LANGUAGES = { en: 'English', fr: 'Français', uk: 'Українська' } as const;
export type Language = keyof typeof LANGUAGES;
type Catalogue = Record<string, string | string[]>;

export const language = createStore<Language>('en');
let catalogue: Catalogue = {};
let plurals = new Intl.PluralRules('en');

const FORMS: Record<Language, Intl.LDMLPluralRule[]> = {
  en: ['one', 'other'],
  fr: ['one', 'other'],
  uk: ['one', 'few', 'many'],
};

const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<{ default: Catalogue }>> = {
  fr: () => import('./fr.json') as unknown as Promise<{ default: Catalogue }>,
  uk: () => import('./uk.json') as unknown as Promise<{ default: Catalogue }>,
};

export async function setLanguage(next: Language) {
  catalogue = next === 'en' ? {} : (await LOADERS[next]()).default;
  plurals = new Intl.PluralRules(next);
  document.documentElement.lang = next;
  memory.write('language', next);
  language.set(next);
}

/** The language chosen before, or the first of the browser's that there is. */
export function preferredLanguage(): Language {
  const wanted = [memory.read<string>('language'), ...navigator.languages];
  for (const tag of wanted) {
    const base = tag?.split('-')[0];
    if (base && base in LANGUAGES) return base as Language;
  }
  return 'en';
}

/** The chosen language as the reader's region writes it, such as British dates in English. */
export function locale(): string {
  const own = navigator.languages.find((tag) => tag.split('-')[0] === language.get());
  return own ?? language.get();
}

type Values = Record<string, string | number>;

function fill(text: string, values: Values | undefined): string {
  return values === undefined ? text : text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A text of the interface. */
export function t(text: string, values?: Values): string {
  const translated = catalogue[text];
  return fill(typeof translated === 'string' ? translated : text, values);
}

/** A text that counts: `{n}` in it is the count. */
export function count(n: number, one: string, other: string, values?: Values): string {
  const all = { n: number(n), ...values };
  const translated = catalogue[other];
  const category = plurals.select(n);
  if (!Array.isArray(translated)) return fill(n === 1 ? one : other, all);
  const forms = FORMS[language.get()];
  const at = forms.indexOf(category);
  const form = translated[at] ?? translated.at(-1) ?? other;
  // In French 0 has the form of 1. Where that form says "one" in words, 0 needs the form with a number.
  const says = n === 1 || form.includes('{n}') || !other.includes('{n}');
  return fill(says ? form : (translated.at(-1) ?? other), all);
}

export const number = (n: number, digits = 0) =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(n);
export const percent = (n: number) => new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(n);

/** A day and time, in the reader's zone. */
export function time(at: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
}

export function day(at: string): string {
  const date = /^\d{4}-\d\d-\d\d$/.test(at) ? new Date(`${at}T12:00:00`) : new Date(at);
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(date);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]];

/** How long ago, or in how long. */
export function ago(at: string): string {
  const seconds = (new Date(at).getTime() - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 5 ? t('in a moment') : t('just now');
}
