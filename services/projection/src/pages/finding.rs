//! Sentences made from figures: headlines, titles of pictures, what a table shows.
//!
//! Rules, not templates to be filled at any price: where there is too little to say something of, the sentence says
//! less. No ratio of fewer than [`FEW`] communities is given, since one of them would move it by a tenth or more.

mod course;
mod coverage;
mod headline;

pub use course::{course, deepest_fall};
pub use coverage::{Share, covered, ends, spread};
pub use headline::{Headline, Reference, headline};

/// Below it, counts are compared as counts.
pub const FEW: i64 = 10;
