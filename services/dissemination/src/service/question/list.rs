//! Questions from the communities of a region, or with an office, as far as the caller reaches; and what is published, for everybody.

use kim_chassis::access::{Action, Resource, reach};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed, unavailable},
    field,
    list::Paging,
    problem::{Problems, one},
    words::Words,
};
use tonic::Status;
use uuid::Uuid;

use super::{Handler, request::statuses};
use crate::{
    domain::ids::{CampaignId, OfficeId, ProgrammeId},
    index::{ListedQuestion, QuestionFilter},
    wire::question::{message, public},
};

impl Handler {
    pub(super) async fn list(
        &self,
        call: &Call,
        request: &pb::ListQuestionsRequest,
    ) -> Result<pb::ListQuestionsResponse, Status> {
        let reach = match reach(&call.principal, Action::QuestionRead) {
            Ok(reach) => Some(reach),
            Err(denied) if !request.published => return Err(denied.into()),
            Err(_) => None,
        };
        if request.published {
            let _permit = call.permit(Action::PublicationRead, Resource::Nation)?;
        }
        let within = match &request.region {
            None => None,
            region => Some(one("region.code", field::region(region.as_ref(), &self.0.territory()))?.code),
        };
        let mut problems = Problems::default();
        let statuses = problems.note("statuses", statuses(&request.statuses));
        let office = problems.note("office_id", named(&request.office_id, OfficeId::parse));
        let programme = problems.note("programme_id", named(&request.programme_id, ProgrammeId::parse));
        let campaign = problems.note("campaign_id", named(&request.campaign_id, CampaignId::parse));
        let parsed = statuses.zip(office).zip(programme).zip(campaign);
        let (((statuses, office), programme), campaign) = problems.finish(parsed)?;
        let published = request.published;
        let filter = QuestionFilter { reach, within, statuses, office, programme, campaign, published };
        let depends_on = format!("questions {filter:?} {}", call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &depends_on).map_err(list_failed)?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let (listed, next_page_token) = self.0.index.questions(&filter, &paging).await.map_err(list_failed)?;
        let ids: Vec<Uuid> = listed.iter().map(|listed| listed.id.0).collect();
        let known = self.0.questions.load_each(&ids).await.map_err(|error| unavailable(&error))?;
        let shown = |ListedQuestion { id, in_reach }: &ListedQuestion| {
            let Some((snapshot, asked)) = known.get(&id.0).and_then(|known| Some((known, known.state.as_ref()?)))
            else {
                tracing::error!(question = %id, "a question has an event that this version does not know");
                return None;
            };
            let question = message(*id, asked, snapshot.version);
            Some(if *in_reach { question } else { public(question) })
        };
        Ok(pb::ListQuestionsResponse { questions: listed.iter().filter_map(shown).collect(), next_page_token })
    }
}

fn named<T>(id: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Words> {
    if id.is_empty() {
        return Ok(None);
    }
    parse(id)
        .map(Some)
        .ok_or_else(|| Words::new("ID_MALFORMED", "Nomor ini salah bentuk.", "Salin nomornya dari daftar."))
}
