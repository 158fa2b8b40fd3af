//! The service starts, and knows what the registry says.

use kim_contract::registry::v1::OfficeKind;

use crate::dissemination::nation::Nation;

#[tokio::test]
async fn it_knows_the_registrys_offices_and_communities() {
    let nation = Nation::start().await;
    let office = nation.office("Dinas Kominfo Kampar", OfficeKind::Regency, "14.01").await;
    let community = nation.community("KIM Sumber Makmur", "14.01.01.2009").await;
    nation.settled().await;
    assert_eq!(nation.copied("office").await, [office]);
    assert_eq!(nation.copied("community").await, [community]);
}
