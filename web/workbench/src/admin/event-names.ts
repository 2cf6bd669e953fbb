// The kinds of events, as people read them. The list comes from the schema, so that a newer kind appears by itself, under its own name.
import { EventKind } from '../gql/graphql';
import { t } from '../i18n';

/** Kinds that only the server's own log has. No newsroom's log can be filtered by them. */
const SERVER_ONLY: readonly EventKind[] = ['MAIL_SETTINGS_CHANGED', 'PASSWORD_CHANGED', 'SESSION_STARTED', 'SESSION_ENDED', 'SIGNING_KEY_CREATED', 'SIGNING_KEY_ROTATED', 'VERDICT_DRAFT_SAVED', 'VERDICT_DRAFT_DISCARDED'];

const names = (): Partial<Record<EventKind, string>> => ({
  ACCOUNT_CREATED: t('Account created'),
  ACCOUNT_ERASED: t('Account erased'),
  API_TOKEN_CREATED: t('API token created'),
  API_TOKEN_REVOKED: t('API token revoked'),
  OUTSIDE_REVIEWS_IMPORTED: t('Fact-checks of others imported'),
  OUTSIDE_REVIEW_REMOVED: t('Fact-check of others removed'),
  WEBHOOK_CREATED: t('Webhook created'),
  WEBHOOK_DELETED: t('Webhook deleted'),
  WEBHOOK_DISABLED: t('Webhook disabled by the server'),
  WEBHOOK_UPDATED: t('Webhook changed'),
  ARTICLE_EDITED: t('Article edited'),
  ARTICLE_IMPORTED: t('Article imported'),
  ARTICLE_RESTORED: t('Article restored'),
  ARTICLE_REVISED: t('Article revised'),
  ARTICLE_WITHDRAWN: t('Article withdrawn'),
  CLAIM_ASSIGNED: t('Claim assigned'),
  CLAIM_EDITED: t('Claim edited'),
  CLAIM_LINKED: t('Claim linked'),
  CLAIM_MARKED: t('Claim marked'),
  CLAIM_REANCHORED: t('Claim put on other words'),
  CLAIM_RESTORED: t('Claim restored'),
  CLAIM_UNASSIGNED: t('Claim unassigned'),
  CLAIM_UNLINKED: t('Claim unlinked'),
  CLAIM_WITHDRAWN: t('Claim withdrawn'),
  COMMENT_ADDED: t('Comment added'),
  COMMENT_EDITED: t('Comment edited'),
  COMMENT_REOPENED: t('Thread opened again'),
  COMMENT_RESOLVED: t('Thread resolved'),
  INVITATION_ACCEPTED: t('Invitation accepted'),
  INVITATION_REVOKED: t('Invitation revoked'),
  MEMBER_ADDED: t('Member added'),
  MEMBER_DEACTIVATED: t('Member deactivated'),
  MEMBER_INVITED: t('Member invited'),
  MEMBER_REACTIVATED: t('Member activated again'),
  MEMBER_REMOVED: t('Member removed'),
  NEWSROOM_CREATED: t('Newsroom created'),
  NEWSROOM_RENAMED: t('Newsroom renamed'),
  PASSWORD_RESET: t('Password reset'),
  PASSWORD_RESET_CREATED: t('Password reset link made'),
  POLICY_SET: t('Policy set'),
  PROFILE_CHANGED: t('Profile changed'),
  RATING_SCALE_REPLACED: t('Rating scale replaced'),
  RECORD_BEGUN: t('Older rows put on record'),
  ROLE_SET: t('Role set'),
  RULING_CORRECTED: t('Ruling corrected or retracted'),
  RULING_PUBLISHED: t('Ruling published'),
  SOURCES_MERGED: t('Sources merged'),
  SOURCES_REKEYED: t('Sources compared by newer rules'),
  SOURCES_UNMERGED: t('Sources taken apart'),
  VERDICT_REAFFIRMED: t('Verdict reaffirmed'),
  VERDICT_SUBMITTED: t('Verdict submitted'),
  VERDICT_WITHDRAWN: t('Verdict withdrawn'),
});

/** The name of a kind of event; with the event's detail, of this very event. */
export function eventName(kind: EventKind, detail?: string): string {
  if (kind === 'RULING_CORRECTED' && detail) return isRetraction(detail) ? t('Ruling retracted') : t('Ruling corrected');
  const words = kind.toLowerCase().replaceAll('_', ' ');
  return names()[kind] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** A retraction is the last correction of a ruling. */
function isRetraction(detail: string): boolean {
  try {
    return (JSON.parse(detail) as { kind?: string }).kind === 'RETRACTION';
  } catch {
    return false;
  }
}

/** The kinds that a newsroom's log can have, with their names, in the order of their names. */
export const eventKinds = (): [EventKind, string][] =>
  Object.values(EventKind)
    .filter((kind) => !SERVER_ONLY.includes(kind))
    .map((kind): [EventKind, string] => [kind, eventName(kind)])
    .sort(([, a], [, b]) => a.localeCompare(b));
