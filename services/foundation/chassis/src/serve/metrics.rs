//! What the edge measures: calls by method and code, their time, and how many are in flight.

use std::time::Instant;

use opentelemetry::{
    KeyValue, global,
    metrics::{Histogram, UpDownCounter},
};
use tonic::Code;

use super::methods::{Kind, Method};

/// Seconds; from a cached read to an import.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

pub(super) struct Metrics {
    service: KeyValue,
    duration: Histogram<f64>,
    in_flight: UpDownCounter<i64>,
}

impl Metrics {
    pub(super) fn new(service: &'static str) -> Self {
        let meter = global::meter("kim");
        Self {
            service: KeyValue::new("service", service),
            duration: meter
                .f64_histogram("kim.rpc.duration")
                .with_unit("s")
                .with_description("Time of a gRPC call until its last byte, by method, kind and code")
                .with_boundaries(BOUNDS.to_vec())
                .build(),
            in_flight: meter
                .i64_up_down_counter("kim.rpc.in_flight")
                .with_description("gRPC calls that are being answered")
                .build(),
        }
    }

    pub(super) fn begin(&self) {
        self.in_flight.add(1, std::slice::from_ref(&self.service));
    }

    pub(super) fn end(&self, method: &Method, code: Code, begun: Instant) {
        self.in_flight.add(-1, std::slice::from_ref(&self.service));
        let attributes = [
            self.service.clone(),
            KeyValue::new("method", method.name.clone()),
            KeyValue::new("kind", kind(method)),
            KeyValue::new("code", name(code)),
        ];
        self.duration.record(begun.elapsed().as_secs_f64(), &attributes);
    }
}

/// So that the time of a call that may last for days is not put together with that of a read.
const fn kind(method: &Method) -> &'static str {
    match (method.open, method.kind) {
        (true, _) => "open",
        (false, Kind::Unary) => "unary",
        (false, Kind::Reader) => "reader",
        (false, Kind::Writer) => "writer",
    }
}

/// The canonical name of a code.
pub(super) const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
