import { run, useData } from '../api/client';
import { type MailDigest, MailSettingsDocument, UpdateMailSettingsDocument, type UpdateMailSettingsInput } from '../gql/graphql';
import { t } from '../i18n';
import { ErrorNote, Loading, say, Time, useSending } from '../ui/parts';

type Subject = 'assigned' | 'due' | 'stale' | 'mentioned';

/** The subjects that the viewer gets mails about. */
export function MailSettings() {
  const { data, error, reload } = useData(MailSettingsDocument, {}, { still: true });
  const { sending, error: failed, send } = useSending();
  const settings = data?.viewer?.mailSettings;
  if (!settings) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  const change = (input: UpdateMailSettingsInput) =>
    void send(async () => {
      await run(UpdateMailSettingsDocument, { input });
      say(t('Your choice is saved.'));
      reload();
    });
  const subjects: [Subject, string][] = [
    ['assigned', t('An editor assigns me to a claim')],
    ['due', t('A verdict that I was asked for is due within a day')],
    ['stale', t('Words that I judged have changed')],
    ['mentioned', t('A comment mentions me')],
  ];
  return (
    <section className="card stack" aria-labelledby="mail-title">
      <h2 id="mail-title">{t('E-mail')}</h2>
      {!settings.available ? (
        <p className="quiet">{t('This server sends no e-mail. Home shows what waits for you.')}</p>
      ) : (
        <>
          {settings.refusedAt && (
            <p className="bad-text">
              {t('The mail server refuses your address, so nothing is sent to you. Change the address, or choose again to try once more.')} <Time at={settings.refusedAt} />
            </p>
          )}
          <fieldset className="stack" disabled={sending}>
            <legend>{t('Send me a mail when')}</legend>
            {subjects.map(([subject, label]) => (
              <label key={subject}>
                <input type="checkbox" checked={settings[subject]} onChange={(event) => change({ [subject]: event.target.checked })} /> {label}
              </label>
            ))}
          </fieldset>
          <label className="filter">
            <span>{t('A list of what waits for me')}</span>
            <select disabled={sending} value={settings.digest} onChange={(event) => change({ digest: event.target.value as MailDigest })}>
              <option value="NONE">{t('Never')}</option>
              <option value="DAILY">{t('Each day')}</option>
              <option value="WEEKLY">{t('Each Monday')}</option>
            </select>
          </label>
        </>
      )}
      <ErrorNote error={failed} />
    </section>
  );
}
