//! Models of the backbone's protocols, checked state by state: what no test that runs the services can do is to try every order.
//!
//! | model | of | must hold |
//! |---|---|---|
//! | [`append`] | appends in groups | positions without a hole and in the order of commits; each command once; a guilty member alone |
//! | [`relay`] | log, stream and relays, and a database that is set back | the stream is a copy; nothing is doubled, mixed or lost |
//! | [`subscriber`] | readers of a stream | the read model is the fold of one log, each event once |
//! | [`switch`] | generations of a read model | one serves; no page goes back; no request is lost |
//!
//! A model's documentation says which function of the code each of its steps stands for, and what it leaves out. A model is not the
//! code: whoever changes one changes the other. Each has guards that can be taken away one by one, and tests that show that
//! without it the checker finds what it is for.
//!
//! ```sh
//! cargo test -p kim-model -- --nocapture                # states, depth and time of each run; seconds
//! KIM_MODEL=deep cargo test -p kim-model -- --nocapture # more goes wrong at a time; minutes, and several GB
//! KIM_MODEL_TRACE=1 …                                   # how each guard that is missing is found out, step by step
//! ```

pub mod append;
pub mod check;
pub mod relay;
pub mod subscriber;
pub mod switch;
