//! The same figures over gRPC, as a caller asks for them.

use std::sync::Arc;

use kim_chassis::identity::{Principal, Role, Scope};
use kim_contract::{
    reporting::v1::{
        self as proto, GetDisseminationFunnelRequest, ListCampaignFunnelsRequest, ListUnacknowledgedNoticesRequest,
        ListUnansweredQuestionsRequest, reporting_service_server::ReportingService,
    },
    r#type::v1 as common,
};
use kim_projection::{
    pages::{Funnel, Rung},
    reporting::Reporting,
};
use tonic::{Code, Request};
use uuid::Uuid;

use super::figures::Folded;
use crate::history as registry;

/// A request of somebody of a province.
fn asked<M>(message: M) -> Request<M> {
    let mut request = Request::new(message);
    let principal = Principal {
        subject: "somebody".parse().unwrap(),
        role: Role::ProvincialOffice,
        scope: Scope::Region { code: registry::code("14"), decree: kim_territory::Decree::D2025 },
        grant: None,
    };
    request.extensions_mut().insert(Arc::new(principal));
    request
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
fn riau() -> Option<common::Region> {
    Some(common::Region { code: "14".into(), decree: String::new() })
}

/// More than any history here has.
fn months() -> (Option<proto::Month>, Option<proto::Month>) {
    (Some(proto::Month { year: 2022, month: 1 }), Some(proto::Month { year: 2024, month: 12 }))
}

fn reached(funnel: &proto::Funnel) -> Vec<(i32, i64, i64)> {
    funnel.rungs.iter().map(|count| (count.rung, count.reached, count.itself)).collect()
}

fn expected(funnel: &Funnel) -> Vec<(i32, i64, i64)> {
    (1..).zip(Rung::ALL).map(|(n, rung)| (n, funnel.reached(rung), funnel.reported(rung))).collect()
}

#[tokio::test]
async fn figures_of_dissemination_are_answered_page_by_page_with_what_they_were_computed_from() {
    let folded = Folded::of(&registry::random(11), 11).await;
    let reporting = Reporting::new(folded.replica.store.clone());
    let (from, to) = months();
    let list = |region, page_size, page_token| ListCampaignFunnelsRequest {
        region,
        from,
        to,
        page_size,
        page_token,
        ..ListCampaignFunnelsRequest::default()
    };
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let page = reporting.list_campaign_funnels(asked(list(riau(), 2, token))).await.unwrap().into_inner();
        assert!(page.campaigns.len() <= 2);
        let as_of = page.as_of.unwrap();
        let contexts: Vec<&str> = as_of.logs.iter().map(|log| log.context.as_str()).collect();
        assert_eq!(contexts, ["registry", "dissemination"]);
        assert!(as_of.simulated && as_of.complete);
        found.extend(page.campaigns);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let whole = reporting.list_campaign_funnels(asked(list(riau(), 0, String::new()))).await.unwrap().into_inner();
    assert_eq!(whole.campaigns, found);
    assert!(found.len() > 3, "{}", found.len());
    let mut sum = Funnel::default();
    for one in &found {
        let funnel = folded.funnel(one.campaign_id.parse().unwrap(), registry::code("14"));
        assert_eq!(reached(one.funnel.as_ref().unwrap()), expected(&funnel));
        sum.add(&funnel);
    }
    let ask = |campaign_id: String| GetDisseminationFunnelRequest {
        region: riau(),
        campaign_id,
        from,
        to,
        ..GetDisseminationFunnelRequest::default()
    };
    let all = reporting.get_dissemination_funnel(asked(ask(String::new()))).await.unwrap().into_inner();
    assert_eq!((usize::try_from(all.campaigns).unwrap(), all.steps.len()), (found.len(), 0));
    assert_eq!(reached(all.funnel.as_ref().unwrap()), expected(&sum));
    let one = reporting.get_dissemination_funnel(asked(ask(found[0].campaign_id.clone()))).await.unwrap().into_inner();
    assert_eq!((one.funnel.as_ref(), one.steps.len()), (found[0].funnel.as_ref(), 6));

    let waiting = ListUnansweredQuestionsRequest { region: riau(), office_id: String::new() };
    let waiting = reporting.list_unanswered_questions(asked(waiting)).await.unwrap().into_inner();
    let asked_there = folded
        .told
        .questions
        .values()
        .filter(|question| question.since.is_some() && registry::code("14").contains(&question.regency));
    let questions: i64 = waiting.offices.iter().map(|office| office.questions).sum();
    assert_eq!(usize::try_from(questions).unwrap(), asked_there.count());
    let notices = reporting.list_unacknowledged_notices(asked(ListUnacknowledgedNoticesRequest { region: riau() }));
    let notices = notices.await.unwrap().into_inner();
    assert!(notices.campaigns.iter().all(|one| one.told > one.acknowledged));

    // What cannot be answered is refused, each with its reason.
    let refused = async |request| reporting.list_campaign_funnels(asked(request)).await.unwrap_err().code();
    assert_eq!(refused(list(riau(), 501, String::new())).await, Code::InvalidArgument);
    assert_eq!(refused(list(riau(), 0, Uuid::nil().to_string())).await, Code::InvalidArgument);
    assert_eq!(refused(list(riau(), 0, "?".into())).await, Code::InvalidArgument);
    let nobody = reporting.get_dissemination_funnel(asked(ask(Uuid::nil().to_string()))).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
    let stranger = Request::new(ask(String::new()));
    assert_eq!(reporting.get_dissemination_funnel(stranger).await.unwrap_err().code(), Code::Unauthenticated);
    folded.replica.stop().await;
}
