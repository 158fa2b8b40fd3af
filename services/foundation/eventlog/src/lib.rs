//! The append-only log on PostgreSQL, its relay to JetStream, and the checkpointed subscriber.
