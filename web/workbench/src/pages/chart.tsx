import { Link } from '@tanstack/react-router';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { ClaimsSearch } from '../app/search';
import { usePlace } from '../app/session';
import { number, t } from '../i18n';
import { saveCsv } from './csv';

/** A picture, the table that it is drawn from, and that table as CSV. */
export function Chart({ title, columns, rows, children, note, span, link }: {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  children: ReactNode;
  note?: ReactNode;
  span?: boolean;
  /** The claims behind a figure of the table. */
  link?: (row: number, column: number) => ClaimsSearch | undefined;
}) {
  const [table, setTable] = useState(false);
  return (
    <section className={span ? 'chart span' : 'chart'} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <div className="actions">
          <button type="button" aria-pressed={table} onClick={() => setTable(!table)}>{t('Table')}</button>
          <button type="button" onClick={() => saveCsv(title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-'), [columns, ...rows])}>CSV</button>
        </div>
      </header>
      {note && <p className="hint">{note}</p>}
      {rows.length === 0 ? <p className="quiet">{t('There is nothing to show yet.')}</p> : table ? <Table columns={columns} rows={rows} link={link} /> : children}
    </section>
  );
}

function Table({ columns, rows, link }: { columns: string[]; rows: (string | number)[][]; link: ((row: number, column: number) => ClaimsSearch | undefined) | undefined }) {
  const { slug } = usePlace();
  const show = (value: string | number, row: number, column: number) => {
    const text = typeof value === 'number' ? number(value, 2) : value;
    const search = link?.(row, column);
    return search ? <Link to="/n/$slug/claims" params={{ slug }} search={search}>{text}</Link> : text;
  };
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={column} scope="col" className={typeof rows[0]?.[at] === 'number' ? 'figure' : undefined}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((value, column) =>
                column === 0 ? (
                  <th key={column} scope="row"><bdi>{show(value, at, column)}</bdi></th>
                ) : (
                  <td key={column} className={typeof value === 'number' ? 'figure' : undefined}>{show(value, at, column)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface Bar {
  name: ReactNode;
  value: number;
  /** The value that a whole bar stands for, where each bar is a share of its own whole. */
  whole?: number;
  colour?: string;
  text?: ReactNode;
}

/** Bars with their names and figures in words, so that they are read without the picture. */
export function Bars({ bars }: { bars: Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <div className={bars.some((bar) => bar.text !== undefined) ? 'bars worded' : 'bars'}>
      {bars.map((bar, at) => (
        <BarRow key={at} bar={bar} share={bar.whole === undefined ? bar.value / most : bar.value / Math.max(1, bar.whole)} />
      ))}
    </div>
  );
}

function BarRow({ bar, share }: { bar: Bar; share: number }) {
  return (
    <>
      <span className="name">{bar.name}</span>
      <span className={bar.whole ? 'bar-track whole' : 'bar-track'} aria-hidden="true">
        {share > 0 && <span className="bar-line" style={{ width: `${share * 100}%`, '--c': bar.colour ?? 'var(--accent)' } as React.CSSProperties} />}
      </span>
      <span className="value">{bar.text ?? number(bar.value)}</span>
    </>
  );
}

/** The width that a picture has on the page, so that its words are as large as others on a small screen, too. */
export function useWidth<E extends Element>(usual: number): [React.RefObject<E | null>, number] {
  const box = useRef<E>(null);
  const [width, setWidth] = useState(usual);
  useLayoutEffect(() => {
    const look = () => setWidth(Math.max(200, Math.round(box.current?.getBoundingClientRect().width ?? usual)));
    look();
    const observer = new ResizeObserver(look);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [usual]);
  return [box, width];
}

/** As much room as the name of a column needs. */
const NAME = 52;
/** A single column is not as wide as the picture. */
const WIDEST = 64;

export interface Column {
  name: string;
  /** The claims behind the column, and how the link to them is called. */
  search: ClaimsSearch;
  label: string;
  parts: { label: string; value: number; colour: string; search: ClaimsSearch }[];
}

/** Columns of stacked parts, one for each stretch of time. The mouse reaches each part; the keyboard each column, and each figure in the table. */
export function Columns({ columns, label }: { columns: Column[]; label: string }) {
  const { slug } = usePlace();
  const [box, width] = useWidth<SVGSVGElement>(420);
  const [height, left, foot] = [200, 30, 24];
  const most = Math.max(1, ...columns.map((column) => column.parts.reduce((sum, part) => sum + part.value, 0)));
  const step = (width - left) / Math.max(1, columns.length);
  // Where there is no room for each name, every second, third and so on is written; the last one always.
  const every = Math.max(1, Math.ceil(NAME / step));
  const isNamed = (at: number) => (columns.length - 1 - at) % every === 0;
  const wide = Math.min(step * 0.64, WIDEST);
  const scale = (height - foot) / most;
  const lines = [0, Math.ceil(most / 2), most].filter((value, at, all) => all.indexOf(value) === at);
  return (
    <svg ref={box} className="picture" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
      {lines.map((value) => (
        <g key={value}>
          <line x1={left} x2={width} y1={height - foot - value * scale} y2={height - foot - value * scale} stroke="var(--line)" />
          <text x={left - 6} y={height - foot - value * scale + 4} textAnchor="end">{number(value)}</text>
        </g>
      ))}
      {columns.map((column, at) => {
        let top = height - foot;
        return (
          <g key={column.name}>
            {column.parts.filter((part) => part.value > 0).map((part) => {
              const tall = part.value * scale;
              top -= tall;
              return (
                <Link key={part.label} to="/n/$slug/claims" params={{ slug }} search={part.search} tabIndex={-1} aria-hidden="true">
                  <rect x={left + at * step + (step - wide) / 2} width={wide} y={top} height={tall} fill={part.colour} stroke="var(--sheet)">
                    <title>{`${column.name}: ${part.label} ${part.value}`}</title>
                  </rect>
                </Link>
              );
            })}
            {isNamed(at) && (
              <Link to="/n/$slug/claims" params={{ slug }} search={column.search} aria-label={column.label}>
                <text x={left + at * step + step / 2} y={height - 6} textAnchor="middle">{column.name}</text>
              </Link>
            )}
          </g>
        );
      })}
    </svg>
  );
}
