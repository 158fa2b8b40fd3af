//! The nation on a laptop: private servers, the services, and the sample nation.
