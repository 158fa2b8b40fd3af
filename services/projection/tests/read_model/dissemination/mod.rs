//! Dissemination in the read model: its log folded beside the registry's.

mod bulletin;
mod figures;
mod folds;
mod grpc;
mod history;
mod recount;
mod speed;
