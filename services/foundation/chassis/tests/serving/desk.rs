//! Handlers that do what a test tells them, with methods of the real contract.

use std::{pin::Pin, sync::Arc};

use kim_chassis::{access, identity::Principal, serve::principal, telemetry};
use kim_contract::{
    log::v1::{
        DigestRequest, DigestResponse, GetLogRequest, GetLogResponse, ReadRequest, ReadResponse, ReconcileRequest,
        ReconcileResponse, event_log_service_server::EventLogService,
    },
    registry::v1::{community_service_server::CommunityService, *},
};
use tokio::sync::{Mutex, Semaphore, mpsc, watch};
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};
use tonic::{Request, Response, Status, Streaming};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What the handlers wait for, and what they have seen.
pub struct Desk {
    /// A held call ends when it gets one.
    pub released: Semaphore,
    /// Calls that arrived and are held.
    pub held: watch::Sender<usize>,
    /// What the next reader reads.
    pub pages: Mutex<Option<mpsc::Receiver<Result<ReadResponse, Status>>>>,
    /// Rows that importers sent.
    pub rows: watch::Sender<usize>,
}

impl Desk {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            released: Semaphore::new(0),
            held: watch::channel(0).0,
            pages: Mutex::new(None),
            rows: watch::channel(0).0,
        })
    }

    /// Waits until so many calls are held.
    pub async fn holds(&self, count: usize) {
        self.held.subscribe().wait_for(|held| *held == count).await.unwrap();
    }

    /// Readers read what is sent here.
    pub async fn publish(&self) -> mpsc::Sender<Result<ReadResponse, Status>> {
        let (sender, receiver) = mpsc::channel(1);
        *self.pages.lock().await = Some(receiver);
        sender
    }
}

/// Counts a held call, also when it is dropped.
struct Held<'d>(&'d Desk);

impl<'d> Held<'d> {
    fn new(desk: &'d Desk) -> Self {
        desk.held.send_modify(|held| *held += 1);
        Self(desk)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.held.send_modify(|held| *held -= 1);
    }
}

#[derive(Clone)]
pub struct Log(pub Arc<Desk>);

#[tonic::async_trait]
impl EventLogService for Log {
    type ReadStream = Answers<ReadResponse>;
    type ReconcileStream = Answers<ReconcileResponse>;

    /// The metadata `do` says what to do; what was seen comes back as `context`.
    async fn get_log(&self, request: Request<GetLogRequest>) -> Result<Response<GetLogResponse>, Status> {
        let caller: &Principal = principal(&request)?;
        let order = request.metadata().get("do").map_or("who", |order| order.to_str().unwrap());
        let context = match order {
            "hold" => {
                let _held = Held::new(&self.0);
                self.0.released.acquire().await.unwrap().forget();
                "released".into()
            }
            "panic" => panic!("rahasia"),
            "trace" => {
                request.extensions().get::<telemetry::Traceparent>().map_or_else(String::new, |t| t.0.to_string())
            }
            "may" => {
                let _permit: access::Permit =
                    access::permit(caller, access::Action::LogRead, access::Resource::Nation)?;
                "permitted".into()
            }
            "much" => "x".repeat(100_000),
            _ => caller.subject.to_string(),
        };
        Ok(Response::new(GetLogResponse { context, ..GetLogResponse::default() }))
    }

    async fn digest(&self, _: Request<DigestRequest>) -> Result<Response<DigestResponse>, Status> {
        Err(Status::unimplemented("no test asks for it"))
    }

    async fn read(&self, _: Request<ReadRequest>) -> Result<Response<Self::ReadStream>, Status> {
        let pages = self.0.pages.lock().await.take().unwrap();
        Ok(Response::new(Box::pin(ReceiverStream::new(pages))))
    }

    async fn reconcile(&self, _: Request<ReconcileRequest>) -> Result<Response<Self::ReconcileStream>, Status> {
        Err(Status::unimplemented("no test asks for it"))
    }
}

#[derive(Clone)]
pub struct Communities(pub Arc<Desk>);

macro_rules! communities {
    ($($method:ident($request:ident) -> $response:ident;)*) => {
        #[tonic::async_trait]
        impl CommunityService for Communities {
            type ImportCommunitiesStream = Answers<ImportCommunitiesResponse>;
            type ImportActivitiesStream = Answers<ImportActivitiesResponse>;

            /// Answers each batch when it is released.
            async fn import_communities(
                &self,
                request: Request<Streaming<ImportCommunitiesRequest>>,
            ) -> Result<Response<Self::ImportCommunitiesStream>, Status> {
                let desk = Arc::clone(&self.0);
                let batches = request.into_inner().then(move |batch| {
                    let desk = Arc::clone(&desk);
                    async move {
                        let rows = batch?.rows.len();
                        desk.rows.send_modify(|all| *all += rows);
                        desk.released.acquire().await.unwrap().forget();
                        Ok(ImportCommunitiesResponse { results: vec![RowResult::default(); rows] })
                    }
                });
                Ok(Response::new(Box::pin(batches)))
            }

            async fn import_activities(
                &self,
                _: Request<Streaming<ImportActivitiesRequest>>,
            ) -> Result<Response<Self::ImportActivitiesStream>, Status> {
                Err(Status::unimplemented("not at this desk"))
            }

            $(async fn $method(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("not at this desk"))
            })*
        }
    };
}

communities! {
    draft_community(DraftCommunityRequest) -> DraftCommunityResponse;
    amend_community(AmendCommunityRequest) -> AmendCommunityResponse;
    submit_community(SubmitCommunityRequest) -> SubmitCommunityResponse;
    return_community(ReturnCommunityRequest) -> ReturnCommunityResponse;
    register_community(RegisterCommunityRequest) -> RegisterCommunityResponse;
    plan_revitalisation(PlanRevitalisationRequest) -> PlanRevitalisationResponse;
    dissolve_community(DissolveCommunityRequest) -> DissolveCommunityResponse;
    merge_community(MergeCommunityRequest) -> MergeCommunityResponse;
    count_members(CountMembersRequest) -> CountMembersResponse;
    appoint_officer(AppointOfficerRequest) -> AppointOfficerResponse;
    remove_officer(RemoveOfficerRequest) -> RemoveOfficerResponse;
    erase_officer(EraseOfficerRequest) -> EraseOfficerResponse;
    propose_change(ProposeChangeRequest) -> ProposeChangeResponse;
    accept_change(AcceptChangeRequest) -> AcceptChangeResponse;
    refuse_change(RefuseChangeRequest) -> RefuseChangeResponse;
    withdraw_change(WithdrawChangeRequest) -> WithdrawChangeResponse;
    correct_community(CorrectCommunityRequest) -> CorrectCommunityResponse;
    report_activity(ReportActivityRequest) -> ReportActivityResponse;
    get_community(GetCommunityRequest) -> GetCommunityResponse;
    list_communities(ListCommunitiesRequest) -> ListCommunitiesResponse;
    search_communities(SearchCommunitiesRequest) -> SearchCommunitiesResponse;
    get_community_history(GetCommunityHistoryRequest) -> GetCommunityHistoryResponse;
    get_community_contacts(GetCommunityContactsRequest) -> GetCommunityContactsResponse;
}
