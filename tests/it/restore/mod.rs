//! A database that is set back under a live stream: nothing is appended, nothing wrong is served, and after a person's decision
//! no event is lost.

mod erasure;
mod nation;
mod place;
mod reconcile;
mod set_back;
