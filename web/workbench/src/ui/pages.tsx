import { type ReactNode, useEffect, useState } from 'react';
import { t } from '../i18n';

interface PageInfo {
  hasNextPage: boolean;
  endCursor?: string | null | undefined;
}

/** A list that grows by a page at a time. Each page follows what happens by itself. `render` draws one, and is given a button for the next. */
export function Pages({ reset, render }: { reset: string; render: (after: string | null, more: (info: PageInfo | undefined) => ReactNode, at: number) => ReactNode }) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  useEffect(() => setCursors([null]), [reset]);
  return (
    <>
      {cursors.map((after, at) =>
        render(
          after,
          (info) =>
            at === cursors.length - 1 && info?.hasNextPage && info.endCursor ? (
              <p className="more">
                <button type="button" onClick={() => setCursors([...cursors, info.endCursor as string])}>
                  {t('Show more')}
                </button>
              </p>
            ) : null,
          at,
        ),
      )}
    </>
  );
}
