import { useState } from 'react';
import { touch } from '../api/client';
import { t } from '../i18n';
import { ErrorNote, errorText, Field, Growing, useSending } from './parts';

/** Asks for a reason, then does something that others will ask about. */
export function ReasonForm({ hint, action, danger, onSend }: { hint: string; action: string; danger?: boolean; onSend: (reason: string) => Promise<void> }) {
  const [reason, setReason] = useState('');
  const { sending, error, send } = useSending();
  const atField = error?.field?.endsWith('reason') ? errorText(error) : undefined;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send(async () => {
          await onSend(reason.trim());
          touch();
        });
      }}
    >
      <Field label={t('Why')} hint={hint} error={atField}>
        {(id, described) => <Growing id={id} aria-describedby={described} required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      {!atField && <ErrorNote error={error} />}
      <button type="submit" className={danger ? 'danger' : 'primary'} disabled={sending || !reason.trim()}>{action}</button>
    </form>
  );
}
