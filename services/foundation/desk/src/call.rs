//! One call: who makes it, when, and what makes it happen once.

use std::sync::Arc;

use kim_chassis::{
    access::{Action, Denied, Permit, Resource, permit},
    errors::Fault,
    identity::Principal,
    serve,
    telemetry::Traceparent,
};
use kim_eventlog::{Envelope, RequestIdError, RequestKey, RequestKeys};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tonic::{Code, Request, Status};

use crate::words::Words;

/// Says when a command in a simulated log is recorded: RFC 3339, and only from the simulator.
pub const SIMULATED_TIME: &str = "kim-simulated-time";

/// Who calls, and when it is for this call.
#[derive(Debug, Clone)]
pub struct Call {
    pub principal: Arc<Principal>,
    pub now: OffsetDateTime,
    /// Only in a simulated log: when it is recorded.
    pub recorded: Option<OffsetDateTime>,
    pub key: Option<RequestKey>,
    /// W3C trace context of the call, for the events that come of it.
    traceparent: Option<Arc<str>>,
}

/// A request that changes something, with the id that makes it happen once. `S` is a type of the service that takes it: the
/// requests are the contract's, and each service says which are its own.
pub trait Command<S>: prost::Message {
    const METHOD: &'static str;
    fn id_mut(&mut self) -> &mut String;
}

/// Says which requests of a package a service takes as its commands: `commands!(Desk, pb: DraftCommunityRequest, …);`. What a
/// method is called here goes into the keys of its requests, and never changes.
#[macro_export]
macro_rules! commands {
    ($service:ty, $package:ident: $($request:ident),+ $(,)?) => {
        $(impl $crate::call::Command<$service> for $package::$request {
            const METHOD: &'static str = stringify!($request);
            fn id_mut(&mut self) -> &mut String { &mut self.request_id }
        })+
    };
}

impl Call {
    /// A call that only asks.
    pub fn question<T>(request: Request<T>) -> Result<(Self, T), Status> {
        let principal = Arc::clone(serve::principal(&request)?);
        let traceparent = request.extensions().get::<Traceparent>().map(|traceparent| Arc::clone(&traceparent.0));
        let call = Self { principal, now: OffsetDateTime::now_utc(), recorded: None, key: None, traceparent };
        Ok((call, request.into_inner()))
    }

    /// A call that changes something. `simulated` says whether the log is.
    pub fn command<S, T: Command<S>>(
        request: Request<T>,
        keys: &RequestKeys,
        simulated: bool,
    ) -> Result<(Self, T), Status> {
        let time = simulated_time(&request)?;
        let (mut call, mut message) = Self::question(request)?;
        // What is asked for, without the id.
        let id = std::mem::take(message.id_mut());
        let body = message.encode_to_vec();
        let key = keys.command(call.principal.subject.as_str(), T::METHOD, &id, &body, call.now);
        call.key = Some(key.map_err(|error| request_id(&error))?);
        *message.id_mut() = id;
        if let Some(time) = time {
            call.record_at(time, simulated).map_err(|words| words.fault(Code::PermissionDenied, words.reason))?;
        }
        Ok((call, message))
    }

    /// Puts the call at a time of the simulator's choice.
    pub fn record_at(&mut self, time: OffsetDateTime, simulated: bool) -> Result<(), Words> {
        if !simulated || permit(&self.principal, Action::ClockDrive, Resource::Nation).is_err() {
            return Err(Words::new(
                "SIMULATED_TIME_NOT_ALLOWED",
                "Waktu pencatatan tidak boleh ditentukan di sini.",
                "Kosongkan; hanya simulator dalam log simulasi yang boleh mengisinya.",
            ));
        }
        self.now = time;
        self.recorded = Some(time);
        Ok(())
    }

    pub fn permit(&self, action: Action, resource: Resource<'_>) -> Result<Permit, Denied> {
        permit(&self.principal, action, resource)
    }

    /// What the log is told of a caller who may do this.
    #[must_use]
    pub fn envelope(&self, permit: &Permit) -> Envelope {
        self.addressed(permit.subject().to_string())
    }

    /// The same where the permit is asked for on the very state that the decision is made on.
    #[must_use]
    pub fn envelope_until_permitted(&self) -> Envelope {
        self.addressed(self.principal.subject.to_string())
    }

    fn addressed(&self, actor: String) -> Envelope {
        Envelope { actor, key: self.key, traceparent: self.traceparent.clone(), recorded: self.recorded }
    }
}

fn simulated_time<T>(request: &Request<T>) -> Result<Option<OffsetDateTime>, Status> {
    let Some(value) = request.metadata().get(SIMULATED_TIME) else { return Ok(None) };
    let time = value.to_str().ok().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    time.map(Some).ok_or_else(|| {
        let words = Words::new("SIMULATED_TIME_MALFORMED", "Waktu simulasi salah bentuk.", "Tulis menurut RFC 3339.");
        words.fault(Code::InvalidArgument, "kim-simulated-time is no RFC 3339 time").into()
    })
}

fn request_id(error: &RequestIdError) -> Fault {
    let detail = error.to_string();
    match error {
        RequestIdError::Malformed => Words::new(
            "REQUEST_ID_MALFORMED",
            "Nomor permintaan salah bentuk.",
            "Aplikasi pengirim harus membuatnya sebagai UUID versi 7.",
        )
        .fault(Code::InvalidArgument, detail),
        RequestIdError::Expired => Words::new(
            "REQUEST_ID_EXPIRED",
            "Permintaan ini dibuat lebih dari 90 hari yang lalu.",
            "Periksa apakah sudah dikerjakan; bila belum, buat permintaan baru.",
        )
        .fault(Code::FailedPrecondition, detail),
        RequestIdError::Future => Words::new(
            "REQUEST_ID_IN_FUTURE",
            "Jam pada aplikasi pengirim terlalu cepat.",
            "Cocokkan jamnya, lalu kirim lagi.",
        )
        .fault(Code::InvalidArgument, detail),
    }
}
