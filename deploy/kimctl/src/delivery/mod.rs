//! `kimctl delivery`: what becomes of a campaign at one community, rung by rung.

mod args;
mod screen;

pub use args::Command;
pub use screen::{Delivery, Shown};
pub(crate) use screen::{channel, status};

use kim_contract::dissemination::v1::{
    self as pb, AcknowledgeDeliveryRequest, AcknowledgeNoticeRequest, CorrectReachRequest, CorrectSessionRequest,
    DeclineDeliveryRequest, GetDeliveryRequest, ListDeliveriesRequest, OpenMaterialRequest, ReportDeliveredRequest,
    ReportReachRequest, ReportSessionRequest, ReportUndeliverableRequest, VerifyDeliveryRequest,
    WithdrawSessionRequest, WithdrawVerificationRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::args::{Counted, Held, List, Which};
use crate::{connection::Services, dates, ids, names::Names, pages, places, times};

/// What was answered.
enum Answer {
    One(Box<pb::Delivery>),
    List(Vec<pb::Delivery>),
    Opened(Box<pb::OpenMaterialResponse>),
}

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    let answer = asked(services, command).await.map_err(|status| services.dissemination_said(&status))?;
    let shown = match &answer {
        Answer::One(delivery) => std::slice::from_ref(delivery.as_ref()),
        Answer::List(deliveries) => deliveries,
        Answer::Opened(opened) => opened.delivery.as_slice(),
    };
    let communities = shown.iter().map(|one| one.community_id.as_str());
    let names = Names::beside(services, [], communities).await;
    Ok(match answer {
        Answer::One(delivery) => Shown::One(Box::new(Delivery::of(*delivery, &names))),
        Answer::List(listed) => Shown::List(listed.into_iter().map(|one| Delivery::of(one, &names)).collect()),
        Answer::Opened(opened) => Shown::opened(*opened, &names),
    })
}

#[expect(clippy::too_many_lines, reason = "a command an arm")]
async fn asked(services: &Services, command: Command) -> Result<Answer, Status> {
    let mut deliveries = services.deliveries();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    /// Sends a command of this name, and takes the delivery out of its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            deliveries.$method(services.request($request)).await?.into_inner().delivery
        };
    }
    let named = |which: &Which| (ids::to_proto(which.campaign), ids::to_proto(which.kim));
    let delivery = match command {
        Command::List(wish) => return Ok(Answer::List(list(services, &wish).await?)),
        Command::Open(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            let request = services.request(OpenMaterialRequest {
                request_id,
                campaign_id,
                community_id,
                channel: wish.by.channel.into(),
                language: wish.language,
            });
            return Ok(Answer::Opened(Box::new(deliveries.open_material(request).await?.into_inner())));
        }
        Command::Show(which) => {
            let (campaign_id, community_id) = named(&which);
            send!(get_delivery, GetDeliveryRequest { campaign_id, community_id })
        }
        Command::Delivered(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            send!(
                report_delivered,
                ReportDeliveredRequest {
                    request_id,
                    campaign_id,
                    community_id,
                    etag,
                    channel: wish.by.channel.into(),
                    material_version: wish.version,
                    happened_at: wish.at.at.map(times::to_proto),
                }
            )
        }
        Command::Acknowledge(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            send!(
                acknowledge_delivery,
                AcknowledgeDeliveryRequest {
                    request_id,
                    campaign_id,
                    community_id,
                    etag,
                    channel: wish.by.channel.into(),
                    material_version: wish.version,
                    happened_at: wish.at.at.map(times::to_proto),
                }
            )
        }
        Command::AcknowledgeNotice(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            send!(
                acknowledge_notice,
                AcknowledgeNoticeRequest {
                    request_id,
                    campaign_id,
                    community_id,
                    etag,
                    kind: wish.kind.into(),
                    material_version: wish.version,
                    channel: wish.by.channel.into(),
                    happened_at: wish.at.at.map(times::to_proto),
                }
            )
        }
        Command::Decline(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            send!(
                decline_delivery,
                DeclineDeliveryRequest {
                    request_id,
                    campaign_id,
                    community_id,
                    etag,
                    reason: wish.reason.into(),
                    note: wish.note,
                    declined_at: wish.at.at.map(times::to_proto),
                }
            )
        }
        Command::Undeliverable(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            send!(
                report_undeliverable,
                ReportUndeliverableRequest {
                    request_id,
                    campaign_id,
                    community_id,
                    etag,
                    channel: wish.channel.into(),
                    reason: wish.reason.into(),
                    happened_at: wish.at.at.map(times::to_proto),
                }
            )
        }
        Command::ReportSession(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            let session = Some(held(&wish.held));
            let request = ReportSessionRequest { request_id, campaign_id, community_id, etag, session };
            send!(report_session, request)
        }
        Command::CorrectSession(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            let (session_id, session) = (ids::to_proto(wish.session), Some(held(&wish.held)));
            let request = CorrectSessionRequest { request_id, campaign_id, community_id, etag, session_id, session };
            send!(correct_session, request)
        }
        Command::WithdrawSession(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            let (session_id, reason) = (ids::to_proto(wish.session), wish.reason.into());
            let request = WithdrawSessionRequest { request_id, campaign_id, community_id, etag, session_id, reason };
            send!(withdraw_session, request)
        }
        Command::ReportReach(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            let reach = Some(counted(wish));
            send!(report_reach, ReportReachRequest { request_id, campaign_id, community_id, etag, reach })
        }
        Command::CorrectReach(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            let reach = Some(counted(wish));
            send!(correct_reach, CorrectReachRequest { request_id, campaign_id, community_id, etag, reach })
        }
        Command::Verify(wish) => {
            let ((campaign_id, community_id), office_id) = (named(&wish.which), ids::to_proto(wish.office));
            send!(verify_delivery, VerifyDeliveryRequest { request_id, campaign_id, community_id, etag, office_id })
        }
        Command::WithdrawVerification(wish) => {
            let (campaign_id, community_id) = named(&wish.which);
            let (reason, office_id) = (wish.reason.into(), ids::to_proto(wish.office));
            let request =
                WithdrawVerificationRequest { request_id, campaign_id, community_id, etag, reason, office_id };
            send!(withdraw_verification, request)
        }
    };
    Ok(Answer::One(Box::new(delivery.unwrap_or_default())))
}

fn held(wish: &Held) -> pb::Session {
    pb::Session {
        held_on: Some(dates::to_proto(wish.on)),
        channel: wish.channel.into(),
        attendance: wish.attendance,
        women: wish.women,
    }
}

fn counted(wish: Counted) -> pb::Reach {
    pb::Reach { counted_on: Some(dates::to_proto(wish.on)), by_channel: wish.people }
}

async fn list(services: &Services, wish: &List) -> Result<Vec<pb::Delivery>, Status> {
    pages::listed(wish.limit, async |page_size, page_token| {
        let request = services.request(ListDeliveriesRequest {
            region: wish.region.map(places::to_proto),
            campaign_id: ids::to_proto(wish.campaign),
            statuses: wish.statuses.iter().copied().map(Into::into).collect(),
            notice_unacknowledged: wish.notice_unacknowledged,
            page_size,
            page_token,
        });
        let page = services.deliveries().list_deliveries(request).await?.into_inner();
        Ok((page.deliveries, page.next_page_token))
    })
    .await
}
