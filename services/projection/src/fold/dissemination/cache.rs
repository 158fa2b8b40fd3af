//! What the fold keeps in memory: deliveries and batches that it touched lately, as the committed rows say.

use std::collections::HashMap;

use uuid::Uuid;

use super::{delivery::Delivery, notice::Batch};

/// A campaign and a community.
pub type DeliveryKey = (Uuid, Uuid);
/// A campaign and a batch's number.
pub type BatchKey = (Uuid, i32);

/// Rows by their keys; `None` for one of which it is known that it is not there. What is not here is read when it is needed.
#[derive(Default)]
pub struct Cache {
    pub deliveries: HashMap<DeliveryKey, Option<Delivery>>,
    pub batches: HashMap<BatchKey, Option<Batch>>,
}

/// As many as a campaign to each village has: some 40 MB.
const MOST: usize = 100_000;

impl Cache {
    /// Forgets everything when too much was kept.
    pub fn make_room(&mut self) {
        if self.deliveries.len() > MOST {
            self.deliveries.clear();
        }
        if self.batches.len() > MOST {
            self.batches.clear();
        }
    }
}
