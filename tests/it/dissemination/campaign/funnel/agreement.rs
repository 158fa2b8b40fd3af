//! Whether the read model's funnels are the ones that `count-funnel`, a program of its own, counts straight from the logs.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, stream};
use kim_contract::reporting::v1::{
    Funnel, GetDisseminationFunnelRequest, GetReadModelRequest, ListCampaignFunnelsRequest,
    ListUnacknowledgedNoticesRequest, reporting_service_client::ReportingServiceClient,
};
use tokio::process::Command;

use crate::{
    dissemination::nation::{Caller, Nation, region, until},
    harness::binary,
};

/// Questions to the read model at a time.
const AT_A_TIME: usize = 2;

/// A region; what of: `all`, a programme, a campaign, a campaign as a list has it; a figure.
type Key = (String, String, String);
/// None that is 0.
type Figures = BTreeMap<Key, i64>;

pub struct Agreement {
    pub regions: usize,
    pub figures: usize,
    /// Region, what of and figure of each difference, with both counts.
    pub differences: Vec<String>,
}

/// Once the read model has both logs: all its funnels of the regions that were counted and are asked about, and of some more, beside the
/// counted ones.
pub async fn agreement(
    nation: &Nation,
    reports: &ReportingServiceClient<Caller>,
    more: &[&str],
    is_asked: impl Fn(&str) -> bool,
) -> Agreement {
    let heads = nation.heads().await;
    until(async || has_folded(reports.clone(), heads).await).await;
    let mut counted = counted(nation).await;
    counted.retain(|(region, ..), _| is_asked(region));
    assert_eq!(nation.heads().await, heads, "nothing happens while it is counted");
    let of = |kind: &'static str| counted.keys().filter_map(move |(_, of, _)| of.strip_prefix(kind).map(str::to_owned));
    let asked = Asked { programmes: of("programme ").collect(), campaigns: of("campaign ").collect() };
    let regions: BTreeSet<&str> =
        counted.keys().map(|(region, ..)| region.as_str()).chain(more.iter().copied()).collect();
    let shown: Vec<Figures> =
        stream::iter(&regions).map(|code| asked.of(reports.clone(), code)).buffer_unordered(AT_A_TIME).collect().await;
    let shown: Figures = shown.into_iter().flatten().collect();
    let expected = as_asked(&counted);
    let all: BTreeSet<&Key> = expected.keys().chain(shown.keys()).collect();
    let differences = all.iter().filter_map(|key| difference(key, &expected, &shown)).collect();
    Agreement { regions: regions.len(), figures: all.len(), differences }
}

fn difference(key: &Key, counted: &Figures, shown: &Figures) -> Option<String> {
    let (code, of, figure) = key;
    let [counted, shown] = [counted, shown].map(|figures| figures.get(key).copied().unwrap_or(0));
    let level = level(code);
    (counted != shown)
        .then(|| format!("{level} {code}, {of}, {figure}: {counted} in the logs, {shown} in the read model"))
}

fn level(code: &str) -> &'static str {
    match code.split('.').count() {
        _ if code == "00" => "nation",
        1 => "province",
        2 => "regency",
        3 => "district",
        _ => "village",
    }
}

/// Whether both logs are folded up to their heads: the registry's, and dissemination's.
async fn has_folded(mut reports: ReportingServiceClient<Caller>, heads: [i64; 2]) -> bool {
    let Ok(model) = reports.get_read_model(GetReadModelRequest {}).await else { return false };
    let logs = model.into_inner().logs;
    logs.len() == heads.len() && logs.iter().zip(heads).all(|(log, head)| log.position >= head)
}

async fn counted(nation: &Nation) -> Figures {
    let output = Command::new(binary("count-funnel"))
        .env("KIM_REGISTRY_URL", nation.database_url("registry"))
        .env("KIM_DISSEMINATION_URL", nation.database_url("dissemination"))
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = |line: &str| {
        let [region, of, figure, count] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        ((region.to_owned(), of.to_owned(), figure.to_owned()), count.parse().unwrap())
    };
    String::from_utf8(output.stdout).unwrap().lines().map(line).collect()
}

/// What was counted, as the read model is asked for it: campaigns in a list too, and notices that not everybody took notice of.
fn as_asked(counted: &Figures) -> Figures {
    let mut figures = Figures::new();
    for ((region, of, figure), count) in counted {
        let key = |of: &str, figure: &str| (region.clone(), of.to_owned(), figure.to_owned());
        let is_campaign = of.starts_with("campaign ");
        if let Some(kind) = figure.strip_suffix(" told") {
            let acknowledged = format!("{kind} acknowledged");
            let took = counted.get(&key(of, &acknowledged)).copied().unwrap_or(0);
            if is_campaign && took < *count {
                figures.insert(key(of, figure), *count);
                figures.extend((took > 0).then(|| (key(of, &acknowledged), took)));
            }
            continue;
        }
        if figure.ends_with(" acknowledged") {
            continue;
        }
        figures.insert(key(of, figure), *count);
        if is_campaign {
            figures.insert(key(&format!("{of} in the list"), figure), *count);
            if figure == "assigned" {
                *figures.entry(key("all", "campaigns")).or_default() += 1;
            }
        }
    }
    figures
}

struct Asked {
    programmes: BTreeSet<String>,
    campaigns: BTreeSet<String>,
}

impl Asked {
    /// All that the read model shows of a region.
    async fn of(&self, mut reports: ReportingServiceClient<Caller>, code: &str) -> Figures {
        let region = || region(code);
        let mut shown = Shown { code, figures: Figures::new() };
        let mut funnel = async |asked: GetDisseminationFunnelRequest| {
            let answer = reports.get_dissemination_funnel(asked).await.unwrap().into_inner();
            assert!(answer.as_of.unwrap().complete, "nothing is parked");
            (answer.funnel.unwrap(), answer.campaigns)
        };
        let all = GetDisseminationFunnelRequest { region: region(), ..Default::default() };
        let (in_all, campaigns) = funnel(all.clone()).await;
        shown.add("all", "campaigns", campaigns);
        shown.funnel("all", &in_all);
        for programme in &self.programmes {
            let asked = GetDisseminationFunnelRequest { programme_id: programme.clone(), ..all.clone() };
            shown.funnel(&format!("programme {programme}"), &funnel(asked).await.0);
        }
        for campaign in &self.campaigns {
            let asked = GetDisseminationFunnelRequest { campaign_id: campaign.clone(), ..all.clone() };
            shown.funnel(&format!("campaign {campaign}"), &funnel(asked).await.0);
        }
        let list = ListCampaignFunnelsRequest { region: region(), page_size: 500, ..Default::default() };
        for one in reports.list_campaign_funnels(list).await.unwrap().into_inner().campaigns {
            shown.funnel(&format!("campaign {} in the list", one.campaign_id), &one.funnel.unwrap());
        }
        let notices = ListUnacknowledgedNoticesRequest { region: region() };
        for one in reports.list_unacknowledged_notices(notices).await.unwrap().into_inner().campaigns {
            let (of, kind) = (format!("campaign {}", one.campaign_id), word(one.kind().as_str_name(), "NOTICE_KIND_"));
            shown.add(&of, &format!("{kind} told"), one.told);
            shown.add(&of, &format!("{kind} acknowledged"), one.acknowledged);
        }
        shown.figures
    }
}

/// What the read model shows of a region.
struct Shown<'c> {
    code: &'c str,
    figures: Figures,
}

impl Shown<'_> {
    fn add(&mut self, of: &str, figure: &str, count: i64) {
        if count != 0 {
            self.figures.insert((self.code.to_owned(), of.to_owned(), figure.to_owned()), count);
        }
    }

    fn funnel(&mut self, of: &str, funnel: &Funnel) {
        for rung in &funnel.rungs {
            let name = word(rung.rung().as_str_name(), "RUNG_");
            self.add(of, &name, rung.reached);
            self.add(of, &format!("{name} itself"), rung.itself);
        }
        for (figure, count) in [
            ("declined", funnel.declined),
            ("undeliverable", funnel.undeliverable),
            ("released", funnel.released),
            ("sessions", funnel.sessions),
            ("attendance", funnel.attendance),
            ("people", funnel.people),
        ] {
            self.add(of, figure, count);
        }
    }
}

/// `RUNG_SESSION_HELD` is `session_held`.
fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap().to_lowercase()
}
