//! A cache of ratings. Ratings never change, so each is read only once.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::error::Result;
use crate::domain::ids::RatingId;
use crate::domain::newsroom::rating;
use crate::domain::store::Db;

/// The ratings that were read so far.
#[derive(Clone)]
pub struct RatingCache(Arc<Mutex<LruCache<RatingId, Arc<rating::Model>>>>);

/// More than the ratings of a hundred newsrooms' scales.
const CACHED_RATINGS: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

impl Default for RatingCache {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(CACHED_RATINGS))))
    }
}

impl RatingCache {
    /// Returns the rating with this id if it is in the cache.
    pub fn get(&self, id: RatingId) -> Option<Arc<rating::Model>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Reads the ratings with these ids.
    pub async fn find_all(&self, db: &Db, ids: &[RatingId]) -> Result<Vec<Arc<rating::Model>>> {
        let read = rating::Entity::find()
            .filter(rating::Column::Id.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        let read: Vec<_> = read.into_iter().map(Arc::new).collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for rating in &read {
            known.put(rating.id, Arc::clone(rating));
        }
        Ok(read)
    }
}
