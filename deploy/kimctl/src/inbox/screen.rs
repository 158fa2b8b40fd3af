//! An inbox as it is shown.

use kim_contract::dissemination::v1::{self as pb, CampaignPriority, InboxTask};
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{campaign::priority, delivery::status, table::Table, times};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inbox {
    pub items: Vec<Item>,
    /// What `watch` goes on from.
    pub position_token: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub campaign_id: String,
    pub material_id: String,
    pub material_version: i32,
    /// Empty once it is withdrawn.
    pub title: String,
    pub programme_name: String,
    pub priority: &'static str,
    pub status: &'static str,
    pub tasks: Vec<&'static str>,
    pub assigned_at: Option<String>,
    pub position: i64,
    #[serde(skip)]
    is_pressing: bool,
}

/// What `watch` tells: something that came or changed, or only how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub item: Option<Item>,
    /// To go on from after this one.
    pub position_token: String,
}

impl From<pb::WatchInboxResponse> for Change {
    fn from(answer: pb::WatchInboxResponse) -> Self {
        Self { item: answer.item.map(Item::of), position_token: answer.position_token }
    }
}

impl Item {
    #[must_use]
    pub fn of(item: pb::InboxItem) -> Self {
        Self {
            is_pressing: matches!(item.priority(), CampaignPriority::Important | CampaignPriority::Urgent),
            priority: priority(item.priority()),
            status: status(item.status()),
            tasks: item.tasks().map(task).collect(),
            assigned_at: times::rfc3339(item.assigned_at.as_ref()),
            campaign_id: item.campaign_id,
            material_id: item.material_id,
            material_version: item.material_version,
            title: item.title,
            programme_name: item.programme_name,
            position: item.position,
        }
    }

    fn title(&self) -> &str {
        if self.title.is_empty() { "(ditarik)" } else { &self.title }
    }
}

impl Inbox {
    #[must_use]
    pub fn screen(&self) -> String {
        let again = format!("Ikuti perubahannya: kimctl inbox watch KIM --from {}\n", self.position_token);
        if self.items.is_empty() {
            return format!("Kotak masuk kosong.\n{again}");
        }
        let mut table = Table::new(&["KAMPANYE", "JUDUL", "PROGRAM", "PRIORITAS", "STATUS", "MENUNGGU", "DIKIRIM"]);
        for item in &self.items {
            table.row([
                item.campaign_id.as_str(),
                item.title(),
                &item.programme_name,
                item.priority,
                item.status,
                &item.tasks.join(", "),
                &times::spelled(item.assigned_at.as_deref()),
            ]);
        }
        format!("{table}{} isi\n{again}", grouped(self.items.len()))
    }
}

impl Change {
    /// A line for what came or changed, and one to go on from; nothing for a position alone.
    #[must_use]
    pub fn screen(&self) -> String {
        let Some(item) = &self.item else { return String::new() };
        let pressing = if item.is_pressing { format!(" · {}", item.priority.to_uppercase()) } else { String::new() };
        let tasks =
            if item.tasks.is_empty() { String::new() } else { format!(" · menunggu: {}", item.tasks.join(", ")) };
        format!(
            "{}{pressing} · {} · {}{tasks} · kampanye {}\n  --from {}\n",
            item.title(),
            item.programme_name,
            item.status,
            item.campaign_id,
            self.position_token
        )
    }
}

fn task(task: InboxTask) -> &'static str {
    match task {
        InboxTask::Unspecified => "tidak dikenal",
        InboxTask::Open => "dibuka",
        InboxTask::Acknowledge => "dikonfirmasi",
        InboxTask::Corrected => "koreksi diketahui",
        InboxTask::Withdrawn => "penarikan diketahui",
        InboxTask::Answered => "jawaban dibaca",
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::dissemination::v1::DeliveryStatus;

    use super::*;

    fn item() -> pb::InboxItem {
        pb::InboxItem {
            campaign_id: "kampanye".into(),
            material_version: 2,
            title: "Imunisasi anak".into(),
            programme_name: "Imunisasi".into(),
            priority: CampaignPriority::Urgent.into(),
            status: DeliveryStatus::Opened.into(),
            tasks: vec![InboxTask::Acknowledge.into(), InboxTask::Corrected.into()],
            assigned_at: Some(prost_types::Timestamp { seconds: 1_665_027_660, nanos: 0 }),
            position: 7,
            ..pb::InboxItem::default()
        }
    }

    #[test]
    fn an_inbox_says_what_waits_and_how_to_follow_it() {
        let withdrawn = pb::InboxItem { title: String::new(), tasks: vec![], ..item() };
        let inbox = Inbox { items: vec![Item::of(item()), Item::of(withdrawn)], position_token: "t7".into() };
        assert_eq!(
            inbox.screen(),
            "KAMPANYE  JUDUL           PROGRAM    PRIORITAS  STATUS  MENUNGGU                         DIKIRIM\n\
             kampanye  Imunisasi anak  Imunisasi  mendesak   dibuka  dikonfirmasi, koreksi diketahui  6 Oktober 2022 10.41 WIB\n\
             kampanye  (ditarik)       Imunisasi  mendesak   dibuka                                   6 Oktober 2022 10.41 WIB\n\
             2 isi\n\
             Ikuti perubahannya: kimctl inbox watch KIM --from t7\n"
        );
        let empty = Inbox { items: vec![], position_token: "t7".into() };
        assert!(empty.screen().starts_with("Kotak masuk kosong.\n"));
    }

    #[test]
    fn a_change_is_told_with_where_to_go_on_from() {
        let change = Change::from(pb::WatchInboxResponse { item: Some(item()), position_token: "t8".into() });
        assert_eq!(
            change.screen(),
            "Imunisasi anak · MENDESAK · Imunisasi · dibuka · menunggu: dikonfirmasi, koreksi diketahui · kampanye kampanye\n  --from t8\n"
        );
        let position = Change::from(pb::WatchInboxResponse { item: None, position_token: "t9".into() });
        assert_eq!(position.screen(), "");
        assert_eq!(serde_json::to_string(&position).unwrap(), r#"{"item":null,"position_token":"t9"}"#);
    }
}
