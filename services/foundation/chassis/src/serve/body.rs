//! A streaming answer as it goes out: it keeps its place among those in flight, can be ended from outside, and reports
//! its last word.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body};

use super::edge::Report;
use crate::errors::Fault;

/// Ready when a stream has to end though its handler would go on, with what the caller is told.
pub(super) struct Ending(Pin<Box<dyn Future<Output = Fault> + Send>>);

impl Ending {
    pub(super) fn new(limit: Option<Duration>, draining: Option<CancellationToken>, cut: CancellationToken) -> Self {
        Self(Box::pin(async move {
            let late = async {
                match limit {
                    Some(limit) => tokio::time::sleep(limit).await,
                    None => std::future::pending().await,
                }
            };
            let drained = async {
                match draining {
                    Some(draining) => draining.cancelled_owned().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = late => Fault::deadline(),
                () = drained => Fault::unavailable("the service is stopping; go on from the last position elsewhere"),
                () = cut.cancelled() => Fault::unavailable("the service is stopping; repeat what was not answered"),
            }
        }))
    }
}

impl Future for Ending {
    type Output = Fault;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Fault> {
        self.0.as_mut().poll(cx)
    }
}

pub(super) struct StreamBody {
    /// `None` once the stream was ended from outside.
    inner: Option<Body>,
    ending: Ending,
    _place: Option<OwnedSemaphorePermit>,
    report: Report,
}

impl StreamBody {
    pub(super) fn new(inner: Body, ending: Ending, place: Option<OwnedSemaphorePermit>, report: Report) -> Self {
        Self { inner: Some(inner), ending, _place: place, report }
    }
}

impl http_body::Body for StreamBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        // What the handler has ready goes out first: a watcher of the health hears NOT_SERVING before its stream ends.
        match Pin::new(inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(status) = frame.trailers_ref().and_then(Status::from_header_map) {
                    this.report.ended(status.code());
                }
                return Poll::Ready(Some(Ok(frame)));
            }
            Poll::Ready(Some(Err(status))) => {
                this.report.ended(status.code());
                return Poll::Ready(Some(Err(status)));
            }
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Pending => {}
        }
        let fault = std::task::ready!(Pin::new(&mut this.ending).poll(cx));
        this.inner = None;
        this.report.ended(fault.code);
        let mut trailers = HeaderMap::new();
        if let Err(status) = fault.into_status().add_header(&mut trailers) {
            this.report.ended(Code::Internal);
            return Poll::Ready(Some(Err(status)));
        }
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }
}
