import { t } from '../i18n';
import { Dialog } from '../ui/parts';

const sheets = (): [string, [string, string][]][] => [
  [
    t('Everywhere'),
    [
      ['?', t('This sheet')],
      ['/', t('Search articles and claims')],
      ['g h', t('Go home')],
      ['g a', t('Go to the articles')],
      ['g c', t('Go to the claims')],
      ['g r', t('Go to the rulings')],
      ['g s', t('Go to the sources')],
      ['g f', t('Go to the figures')],
    ],
  ],
  [
    t('Reading and marking'),
    [
      ['j', t('Next claim')],
      ['k', t('Previous claim')],
      ['s', t('Select the next sentence')],
      ['Shift s', t('Select the sentence before')],
      ['Shift ← →', t('Move the end of the selection by a word')],
      ['Alt ← →', t('Move the start of the selection by a word')],
      ['m', t('Mark the selection as a claim')],
      ['Esc', t('Close the claim, or drop the selection')],
    ],
  ],
  [
    t('Judging'),
    [
      ['1 – 9', t('Choose a rating')],
      ['r', t('Write the rationale')],
      ['c', t('Add a source')],
      ['Ctrl Enter', t('Submit the verdict')],
      ['y', t('Reaffirm your verdict, having read the new words')],
      ['n', t('Go to the next claim to judge')],
      ['p', t('Go to the ruling (editors)')],
      ['d', t('Go to the discussion, and write a comment')],
    ],
  ],
];

export default function KeySheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={t('Keyboard shortcuts')} wide>
      <div className="key-sheet">
        {sheets().map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((part) => (/^[–]$/.test(part) ? ' – ' : <kbd key={part}>{part}</kbd>))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
