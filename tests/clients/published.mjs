// Three published rulings: one corrected, one retracted, and one with a rating without a rank.

async function publish(newsroom, statement, rating, words) {
  const article = await newsroom.anArticle();
  const mark = 'mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }';
  const claim = { article: article.id, statement, ranges: [{ exact: 'fares doubled because fuel did' }], ...words };
  const { markClaim } = await newsroom.as('reviewer', mark, { input: claim });
  await newsroom.aVerdict(markClaim.claim.id, rating, 'reviewer');
  await newsroom.aVerdict(markClaim.claim.id, rating, 'second');
  const document = 'mutation($input: PublishRulingInput!) { publishRuling(input: $input) { ruling { id slug } } }';
  const summary = 'Fuel rose by 13 per cent & <not> by more.\n\nThe operator did not answer.';
  const input = { claim: markClaim.claim.id, rating, summary };
  return (await newsroom.as('editor', document, { input })).publishRuling.ruling;
}

/** Publishes the rulings, opens them to everybody, and returns the addresses of the newsroom's formats. */
export async function published(newsroom) {
  const call = (who, mutation, input, selection) => {
    const kind = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input!`;
    return newsroom.as(who, `mutation($input: ${kind}) { ${mutation}(input: $input) { ${selection} } }`, { input });
  };
  const { id, slug } = newsroom.newsroom;
  await call('admin', 'setPolicy', { newsroom: id, publicReading: true }, 'newsroom { id }');
  await call('admin', 'updateNewsroomProfile', {
    newsroom: id, publicUrl: 'https://desk.example.org/', logoUrl: 'https://desk.example.org/logo.png', licence: 'CC-BY-4.0',
    contact: 'desk@example.org', correctionsPolicyUrl: 'https://desk.example.org/corrections',
  }, 'newsroom { id }');

  const operator = { claimant: 'The operator', claimantKind: 'ORGANIZATION', claimantIdentifier: 'Q42', claimedOn: '2024-05-02' };
  const corrected = await publish(newsroom, 'Fares doubled <because> "fuel" did & more.', 'FALSE', operator);
  const correction = { ruling: corrected.id, kind: 'CORRECTION', reason: 'A price was wrong.', summary: 'Fuel rose by 12 per cent.' };
  await call('editor', 'correctRuling', correction, 'ruling { id }');
  const retracted = await publish(newsroom, 'The ferry is new.', 'TRUE', { claimant: 'A leaflet' });
  const retraction = { ruling: retracted.id, kind: 'RETRACTION', reason: 'It was another ferry.' };
  await call('editor', 'correctRuling', retraction, 'ruling { id }');
  const unranked = await publish(newsroom, 'Nobody asked.', 'UNVERIFIABLE', { claimant: 'Ann Example', claimantKind: 'PERSON' });

  const page = new URL(`/n/${slug}`, newsroom.url).href;
  const addresses = { corrected, retracted, unranked };
  for (const [name, ruling] of Object.entries(addresses)) {
    addresses[name] = `${page}/rulings/${ruling.slug}`;
  }
  return {
    page, ...addresses, atom: `${page}/feed.atom`, json: `${page}/feed.json`, reviews: `${page}/claim-review.jsonld`,
    // The entries of the feeds, newest first.
    titles: [
      'Unverifiable: Nobody asked.', 'Retraction: The ferry is new.', 'Retracted: The ferry is new.',
      'Correction: Fares doubled <because> "fuel" did & more.', 'False: Fares doubled <because> "fuel" did & more.',
    ],
  };
}
