//! Loaders of the first rows below other rows. One batch for each page size, since an alias of a field may ask for another size.

use std::collections::{HashMap, HashSet};
use std::mem::discriminant;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::{
    BatchReader, CitationsOf, FirstClaims, FirstClaimsOf, FirstCommentsOf, FirstRepeatsOf,
    FirstSubmissionsOf, SimilarTo, padded,
};
use crate::domain::claim::{self, repeat};
use crate::domain::comment;
use crate::domain::error::Error;
use crate::domain::ids::{ArticleId, ClaimId, VerdictId};
use crate::domain::listing::{self, Citation};
use crate::domain::page::Page;
use crate::domain::search::{self, Similar};
use crate::domain::verdict::submission;

impl Loader<FirstClaimsOf> for BatchReader {
    type Value = Page<claim::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[FirstClaimsOf],
    ) -> Result<HashMap<FirstClaimsOf, Page<claim::Model>>, Arc<Error>> {
        let wishes: HashSet<_> = keys.iter().map(|key| &key.wanted).collect();
        let mut all = HashMap::new();
        for wanted in wishes {
            let articles =
                padded(keys.iter().filter(|key| &key.wanted == wanted).map(|key| key.article));
            let FirstClaims { filter, order, size, counted } = wanted.clone();
            for (article, page) in listing::claims_of_each(
                &self.db,
                &self.actor,
                &articles,
                filter,
                order,
                size,
                counted,
            )
            .await?
            {
                all.insert(
                    FirstClaimsOf { article: ArticleId(article), wanted: wanted.clone() },
                    page,
                );
            }
        }
        Ok(all)
    }
}

impl Loader<CitationsOf> for BatchReader {
    type Value = Vec<Citation>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[CitationsOf],
    ) -> Result<HashMap<CitationsOf, Vec<Citation>>, Arc<Error>> {
        // Usually one page size for all; another alias of the field may ask for another.
        let sizes: std::collections::BTreeSet<i32> = keys.iter().map(|key| key.1).collect();
        let mut all: HashMap<CitationsOf, Vec<Citation>> = HashMap::new();
        for size in sizes {
            let sources = padded(keys.iter().filter(|key| key.1 == size).map(|key| key.0));
            for citation in listing::citations_of(&self.db, &self.actor, &sources, size).await? {
                all.entry(CitationsOf(citation.source.id, size)).or_default().push(citation);
            }
        }
        Ok(all)
    }
}

impl Loader<FirstRepeatsOf> for BatchReader {
    type Value = Page<claim::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[FirstRepeatsOf],
    ) -> Result<HashMap<FirstRepeatsOf, Page<claim::Model>>, Arc<Error>> {
        let wishes: HashSet<_> = keys.iter().map(|key| (key.1, key.2)).collect();
        let mut all = HashMap::new();
        for (size, counted) in wishes {
            let claims = padded(
                keys.iter().filter(|key| (key.1, key.2) == (size, counted)).map(|key| key.0),
            );
            for (claim, page) in repeat::of_each(&self.db, &claims, size, counted).await? {
                all.insert(FirstRepeatsOf(ClaimId(claim), size, counted), page);
            }
        }
        Ok(all)
    }
}

impl Loader<FirstSubmissionsOf> for BatchReader {
    type Value = Page<submission::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[FirstSubmissionsOf],
    ) -> Result<HashMap<FirstSubmissionsOf, Page<submission::Model>>, Arc<Error>> {
        let wishes: HashSet<_> = keys.iter().map(|key| (key.1, key.2)).collect();
        let mut all = HashMap::new();
        for (size, counted) in wishes {
            let wished = keys.iter().filter(|key| (key.1, key.2) == (size, counted));
            let verdicts = padded(wished.map(|key| key.0));
            for (verdict, page) in submission::of_each(&self.db, &verdicts, size, counted).await? {
                all.insert(FirstSubmissionsOf(VerdictId(verdict), size, counted), page);
            }
        }
        Ok(all)
    }
}

impl Loader<FirstCommentsOf> for BatchReader {
    type Value = Page<comment::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[FirstCommentsOf],
    ) -> Result<HashMap<FirstCommentsOf, Page<comment::Model>>, Arc<Error>> {
        let wish = |key: &FirstCommentsOf| (discriminant(&key.below), key.size, key.counted);
        let wishes: HashSet<_> = keys.iter().map(wish).collect();
        let mut all = HashMap::new();
        for wanted in wishes {
            let wished: Vec<_> = keys.iter().filter(|key| wish(key) == wanted).collect();
            let Some(FirstCommentsOf { below, size, counted }) = wished.first().copied() else {
                continue;
            };
            let ids = padded(wished.iter().map(|key| key.below.id()));
            let mut pages =
                comment::below_each(&self.db, &self.actor, *below, &ids, *size, *counted).await?;
            all.extend(
                wished.into_iter().filter_map(|key| Some((*key, pages.remove(&key.below.id())?))),
            );
        }
        Ok(all)
    }
}

impl Loader<SimilarTo> for BatchReader {
    type Value = Vec<Similar>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[SimilarTo],
    ) -> Result<HashMap<SimilarTo, Vec<Similar>>, Arc<Error>> {
        let sizes: HashSet<i32> = keys.iter().map(|key| key.1).collect();
        let mut all = HashMap::new();
        for size in sizes {
            let claims: Vec<_> = keys.iter().filter(|key| key.1 == size).map(|key| key.0).collect();
            let found = search::similar_to(&self.db, &claims, size).await?;
            all.extend(found.into_iter().map(|(claim, similar)| (SimilarTo(claim, size), similar)));
        }
        Ok(all)
    }
}
