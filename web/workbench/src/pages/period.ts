// Periods in the address of a page: each end is a day of the reader's time zone, or a moment.
import { count, day, t, time } from '../i18n';

export interface Period {
  since?: string | undefined;
  until?: string | undefined;
}

const isDay = (at: string) => /^\d{4}-\d{2}-\d{2}$/.test(at);
const moment = (at: Date): string | null => (Number.isNaN(at.getTime()) ? null : at.toISOString());

/** When a period begins. */
export const startOf = (at: string | undefined): string | null => (!at ? null : moment(new Date(isDay(at) ? `${at}T00:00:00` : at)));

/** When a period ends: after its last day, or at a moment. */
export function endOf(at: string | undefined): string | null {
  if (!at || !isDay(at)) return startOf(at);
  const end = new Date(`${at}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return moment(end);
}

/** A period in words. */
export function periodName({ since, until }: Period): string {
  const name = (at: string) => (isDay(at) ? day(at) : time(at));
  if (since && until) return t('{from} to {to}', { from: name(since), to: name(until) });
  if (since) return t('since {from}', { from: name(since) });
  return until ? t('until {to}', { to: name(until) }) : '';
}

/** A number of seconds in hours or days. */
export const span = (seconds: number): string =>
  seconds < 86_400 ? count(Math.max(1, Math.round(seconds / 3600)), 'one hour', '{n} hours') : count(Math.round(seconds / 86_400), 'one day', '{n} days');
