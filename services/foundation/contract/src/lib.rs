//! Types and services generated from `proto/`: the contract between services, subscribers and operators.
#![allow(clippy::all, clippy::pedantic, reason = "generated code")]

/// Everything in `proto/`, as an encoded `FileDescriptorSet`: reflection serves it, and the lints read it.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

mod events;

pub mod dissemination {
    pub mod event;

    pub mod v1 {
        tonic::include_proto!("kim.dissemination.v1");
    }
}

pub mod log {
    pub mod v1 {
        tonic::include_proto!("kim.log.v1");
    }
}

pub mod registry {
    pub mod event;

    pub mod v1 {
        tonic::include_proto!("kim.registry.v1");
    }
}

pub mod reporting {
    pub mod v1 {
        tonic::include_proto!("kim.reporting.v1");
    }
}

pub mod r#type {
    pub mod v1 {
        tonic::include_proto!("kim.r#type.v1");
    }
}
