// Web Annotations are checked against the MUSTs of the W3C's data model, and read by Recogito's text annotator.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseW3CTextAnnotation } from '@recogito/text-annotator';
import { seeded } from './seeded.mjs';

const MEDIA = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"';
const all = new URL(`/export/${seeded.newsroom.slug}/annotations.jsonld`, seeded.url).href;

async function get(address, name) {
  const response = await fetch(address, { headers: seeded.headers(name) });
  assert.equal(response.status, 200, address);
  assert.equal(response.headers.get('content-type'), MEDIA);
  return response.json();
}
const list = value => (value === undefined ? [] : [value].flat());
const isIri = value => typeof value === 'string' && URL.canParse(value);
const isTime = value => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);

/** The MUSTs of a collection (section 5.1) and of its pages (section 5.2). */
function checkCollection(collection) {
  assert.ok(list(collection['@context']).includes('http://www.w3.org/ns/anno.jsonld'));
  assert.ok(isIri(collection.id));
  assert.ok(list(collection.type).includes('AnnotationCollection'));
  assert.ok(Number.isInteger(collection.total) && collection.total > 0);
  const page = collection.first;
  assert.ok(isIri(page.id) && list(page.type).includes('AnnotationPage'));
  assert.equal(page.partOf, collection.id);
  assert.equal(page.startIndex, 0);
  assert.equal(page.next, undefined);
  assert.equal(page.items.length, collection.total);
  page.items.forEach(checkAnnotation);
  return page.items;
}

/** The MUSTs of an annotation, its bodies, its targets and their selectors (sections 3 and 4). */
function checkAnnotation(annotation) {
  assert.ok(isIri(annotation.id));
  assert.ok(list(annotation.type).includes('Annotation'));
  assert.ok(isTime(annotation.created) && (annotation.modified === undefined || isTime(annotation.modified)));
  assert.ok(list(annotation.target).length > 0);
  for (const body of list(annotation.body)) {
    assert.ok(list(body.type).includes('TextualBody'));
    assert.equal(typeof body.value, 'string');
    assert.ok(['assessing', 'describing', 'tagging'].includes(body.purpose));
    assert.ok(body.id === undefined || isIri(body.id));
    assert.ok(body.created === undefined || isTime(body.created));
  }
  for (const target of list(annotation.target)) {
    assert.ok(list(target.type).includes('SpecificResource'));
    assert.ok(isIri(target.source.id));
    assert.ok(target.state === undefined || (target.state.type === 'TimeState' && isTime(target.state.sourceDate)));
    for (const selector of target.selector) {
      if (selector.type === 'TextPositionSelector') {
        assert.ok(Number.isInteger(selector.start) && selector.start >= 0 && selector.end > selector.start);
      } else {
        assert.equal(selector.type, 'TextQuoteSelector');
        assert.ok(selector.exact.length > 0 && typeof selector.prefix === 'string' && typeof selector.suffix === 'string');
      }
    }
  }
}

test('a newsroom\'s claims are a collection as the model requires it', async () => {
  const annotations = checkCollection(await get(all, 'editor'));

  const statements = annotations.flatMap(({ body }) => body.filter(({ purpose }) => purpose === 'describing').map(({ value }) => value));
  assert.deepEqual(seeded.claims.map(({ statement }) => statement).filter(one => !statements.includes(one)), []);
});

test('the check finds what the model forbids', async () => {
  const [good] = (await get(all, 'editor')).first.items;
  for (const wrong of [{ ...good, id: undefined }, { ...good, target: [] }, { ...good, created: 'yesterday' }, { ...good, body: [{ type: 'TextualBody' }] }]) {
    assert.throws(() => checkAnnotation(wrong));
  }
});

test('places count code points of the article', async () => {
  const { article } = await seeded.as('editor', 'query($id: ID!) { article: node(id: $id) { ... on Article { claims { nodes { id } } revision { text } } } }', { id: seeded.article.id });
  const own = new Set(article.claims.nodes.map(({ id }) => id));
  const text = [...article.revision.text];

  const annotations = (await get(all, 'editor')).first.items.filter(({ id }) => own.has(id.match(/claim_[0-9a-f]+/)[0]));

  assert.equal(annotations.length, own.size);
  for (const [{ selector: [quote, { start, end }] }] of annotations.map(({ target }) => target)) {
    assert.equal(text.slice(start, end).join(''), quote.exact);
    assert.ok(text.slice(0, start).join('').endsWith(quote.prefix));
    assert.ok(text.slice(end).join('').startsWith(quote.suffix));
  }
});

test('each annotation is at its own address', async () => {
  const [first] = (await get(all, 'reader')).first.items;

  const { '@context': context, ...alone } = await get(first.id, 'reader');

  assert.deepEqual(alone, first);
  assert.ok(context.includes('http://www.w3.org/ns/anno.jsonld'));
});

test('Recogito reads every annotation', async () => {
  for (const annotation of (await get(all, 'editor')).first.items) {
    const { parsed, error } = parseW3CTextAnnotation(annotation);

    assert.equal(error, undefined);
    assert.equal(parsed.id, annotation.id);
    assert.equal(parsed.bodies.length, annotation.body.length);
    const [{ selector: [quote, place] }] = annotation.target;
    assert.deepEqual(parsed.target.selector.map(one => [one.quote, one.start, one.end]), [[quote.exact, place.start, place.end]]);
  }
});

test('a reader sees no verdict that blind review hides', async () => {
  const verdicts = async name => {
    const items = (await get(all, name)).first.items.filter(({ id }) => id.includes(seeded.claims[1].id));
    return items.flatMap(({ body }) => body.filter(({ purpose }) => purpose === 'assessing')).length;
  };

  assert.deepEqual([await verdicts('editor'), await verdicts('reader')], [1, 0]);
});
