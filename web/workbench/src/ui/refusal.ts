// Why the server refused a value, in the language of the interface: by the reason and the field. Its own sentence, in English, is the last resort.
import type { ApiError } from '../api/errors';
import { t } from '../i18n';

const lastPart = (field: string | undefined) => /(\w+)(\[\d+\])?$/.exec(field ?? '')?.[1] ?? '';

export function refusalText({ reason, field, message }: ApiError): string {
  const name = lastPart(field);
  switch (reason) {
    case 'EMPTY':
      return t('This is empty. Fill it in.');
    case 'OUT_OF_RANGE':
      return name === 'dueAt' || name === 'expiresAt' ? t('This day is past. Choose today or a later day.') : message;
    case 'INVALID_URL':
      return t('This is not a complete address. It begins with http:// or https://, and has no user name or password.');
    case 'GUESSABLE':
      return t('This password is easy to guess. Choose another, such as several words that have nothing to do with each other.');
    case 'WRONG_PASSWORD':
      return t('This password is wrong.');
    case 'INVALID_TOKEN':
      return t('This link is unknown, used, revoked or expired. Ask for a new one.');
    case 'ALREADY_TAKEN':
      return t('This is already in use. Choose another.');
    case 'LOOKS_LIKE_ANOTHER_NAME':
      return t('This name looks like that of another member. Choose one that nobody confuses with it.');
    case 'ALREADY_MEMBER':
      return t('This person is already a member. Change their role instead.');
    case 'LAST_ADMIN':
      return t('A newsroom keeps at least one admin. Make another member an admin first.');
    case 'CONTROL_CHARACTER':
    case 'INVISIBLE_CHARACTER':
      return t('This has an invisible character. Type it instead of pasting it.');
    case 'TOO_FEW_VERDICTS':
      return t('The claim has too few verdicts. More reviewers must judge it first.');
    case 'STALE':
      return t('The words changed after they were judged. The reviewers must read them again.');
    case 'SECOND_READER':
      return t('You judged this claim, so another editor must publish its ruling.');
    case 'SOURCE_REQUIRED':
      return t('This rating needs a source.');
    case 'ALREADY_PUBLISHED':
      return t('A ruling on this claim is already published. Correct that one.');
    case 'RULING_RETRACTED':
      return t('The ruling is retracted, so it cannot change any more.');
    case 'DISSENT_OUTDATED':
      return t('The text about verdicts that differ is about one that agrees with the new rating, or is withdrawn. Write it again.');
    case 'NOTHING_CHANGED':
    case 'UNCHANGED':
      return t('Nothing would change. Change something first.');
    case 'NOT_A_REVIEWER':
      return t('One of these people may not judge here any more. Choose others.');
    case 'CLAIM_PUBLISHED':
      return t('A ruling on this claim is published. Retract it first.');
    case 'CLAIM_JUDGED':
      return t('Somebody has judged this claim, so its words are fixed. Its tags can change.');
    case 'CLAIM_WITHDRAWN':
      return t('The claim is withdrawn.');
    case 'ARTICLE_WITHDRAWN':
      return t('The article is withdrawn.');
    case 'CLAIM_ORPHANED':
      return t('The words of this claim are gone from the article. An editor must put it on other words first.');
    case 'CLAIM_REPEATED':
      return t('Other claims repeat this one, so it cannot repeat another.');
    default:
      return message;
  }
}
