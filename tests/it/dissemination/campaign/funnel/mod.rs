//! The funnel of the read model is exact on every level, whatever came late, doubled, in disorder, or was taken back.

mod agreement;
mod journey;
mod national;
mod reported;
