//! The whole screen.

use super::*;

#[test]
fn everything_stands_on_one_screen_service_by_service() {
    let mut found = healthy();
    found.dissemination().stream.as_mut().unwrap().position = 60;
    found.dissemination().stream.as_mut().unwrap().catching_up = true;
    found.registry().log.as_mut().unwrap().simulated = true;
    let folded = found.folded(LogContext::Dissemination);
    (folded.position, folded.catching_up) = (60, true);
    measures(&mut found, ["kim_relay_connected 1\nkim_relay_lag_events 0", &copy(""), ""]);
    let screen = report(found, &Advice { local: false, logs: None }).screen();
    let standing = "registri   siap · http://r\n\
         log        posisi 100 · SIMULASI\n\
         aliran     posisi 100 · mutakhir · 0,0 MB\n\
         relai      semua kejadian sudah disiarkan\n\
         indeks     posisi 100 · mutakhir\n\n\
         diseminasi siap · http://d\n\
         log        posisi 100 · bukan simulasi\n\
         aliran     posisi 60 · kurang 40 kejadian, menyusul · 0,0 MB\n\
         indeks     posisi 100 · mutakhir\n\
         salinan    registri posisi 100 · mutakhir\n\n\
         pelaporan  siap · http://p\n\
         tampilan   generasi 3 · wilayah 2025\n\
         \x20          registri posisi 100 · mutakhir\n\
         \x20          diseminasi posisi 60 · kurang 40 kejadian, menyusul\n\
         NATS       tersambung · nats://n\n\n";
    assert!(screen.starts_with(standing), "{screen}");
    assert!(screen.ends_with("Semua berjalan baik.\n"), "{screen}");
}

#[test]
fn what_was_measured_is_shown_in_one_table() {
    let mut found = healthy();
    let registry = "kim_rpc_duration_seconds_count{kind=\"unary\",code=\"OK\"} 12034\n\
         kim_rpc_duration_seconds_sum{kind=\"unary\",code=\"OK\"} 24.1\n\
         kim_rpc_duration_seconds_bucket{kind=\"unary\",code=\"OK\",le=\"0.01\"} 12034\n\
         kim_rpc_duration_seconds_count{kind=\"open\",code=\"OK\"} 7000\n\
         kim_rpc_duration_seconds_count{kind=\"unary\",code=\"NOT_FOUND\"} 3\n\
         kim_rpc_duration_seconds_count{kind=\"writer\",code=\"RESOURCE_EXHAUSTED\"} 2\n\
         kim_rpc_duration_seconds_count{kind=\"unary\",code=\"INTERNAL\"} 1\n\
         kim_pool_connections{pool=\"registry\",state=\"in_use\"} 2\nkim_pool_limit_connections{pool=\"registry\"} 16\n\
         kim_log_queue_limit_bytes 64\nkim_log_appends_total{outcome=\"appended\"} 80\n\
         kim_log_appends_total{outcome=\"conflict\"} 4\nkim_log_group_members_sum 84\nkim_log_group_members_count 40\n\
         kim_relay_connected 1\nkim_relay_lag_events 0\nkim_relay_lag_seconds 0";
    measures(&mut found, [registry, "", ""]);
    let screen = report(found, &Advice { local: false, logs: None }).screen();
    for line in [
        "relai      semua kejadian sudah disiarkan",
        "sejak mulai  berhasil  ditolak   sibuk   gagal  rata-rata     99% ≤",
        "registri       12.034        3       2       1     2,0 ms     10 ms   koneksi basis data 2 dari 16, menunggu –",
        "pencatatan         80        4       0       0          –         –   2,1 sekelompok, menunggu giliran –, antrean terisi 0%",
    ] {
        assert!(screen.lines().any(|shown| shown == line), "{line:?} is missing in:\n{screen}");
    }
}
