//! What services measure of themselves.

use super::*;

#[test]
fn what_the_services_measure_is_said_when_it_is_wrong() {
    each_is_said_once(&[
        (
            |found| {
                found.nats.trouble = Some("NATS tidak menjawab di nats://n".into());
                found.registry().stream = Err(NoStream::NoBroker);
                found.folded(LogContext::Registry).position = 80;
                let relay = "kim_relay_connected 0\nkim_relay_lag_events 20\nkim_relay_lag_seconds 75";
                let reader = "kim_subscriber_connected{reader=\"read_3\"} 0\nkim_subscriber_stopped{reader=\"read_3\"} 0\n\
                     kim_subscriber_lag_events{reader=\"read_3\"} 0\nkim_subscriber_lag_seconds{reader=\"read_3\"} 74";
                measures(found, [relay, "", reader]);
            },
            "perintah tetap dicatat, tetapi tampilan tidak bertambah; 20 kejadian menunggu disiarkan sejak 1 menit 15 detik lalu",
            "--nats",
        ),
        (
            |found| {
                found.registry().stream.as_mut().unwrap().position = 60;
                measures(found, ["kim_relay_connected 0\nkim_relay_stopped 1", "", ""]);
            },
            "relai berhenti",
            "kimctl log verify",
        ),
        (
            |found| {
                found.folded(LogContext::Registry).position = 60;
                let one = "kim_subscriber_connected{reader=\"read_3\"} 0\nkim_subscriber_stopped{reader=\"read_3\"} 1\n\
                    kim_subscriber_lag_events{reader=\"read_3\"} 0\nkim_subscriber_lag_seconds{reader=\"read_3\"} 0";
                measures(found, ["", "", one]);
            },
            "tampilan berhenti: log dipulihkan",
            "kimctl projection rebuild",
        ),
        (
            |found| {
                let one = "kim_subscriber_connected{reader=\"read_3\"} 0\nkim_subscriber_stopped{reader=\"read_3\"} 0\n\
                    kim_subscriber_lag_events{reader=\"read_3\"} 0\nkim_subscriber_lag_seconds{reader=\"read_3\"} 41\n\
                    kim_subscriber_stopped{reader=\"read_2\"} 1";
                measures(found, ["", "", one]);
            },
            "pelaporan tidak mendengar aliran sejak 41 detik lalu",
            "catatan pelaporan",
        ),
        (
            |found| {
                let used_up = "kim_pool_connections{pool=\"registry\",state=\"in_use\"} 16\n\
                    kim_pool_limit_connections{pool=\"registry\"} 16\nkim_pool_wait_seconds_sum{pool=\"registry\"} 60\n\
                    kim_pool_wait_seconds_count{pool=\"registry\"} 30";
                measures(found, [used_up, "", ""]);
            },
            "semua 16 koneksi basis data (registry) sedang dipakai, dan yang lain menunggu 2.000 ms",
            "max_connections",
        ),
        (
            |found| measures(found, ["kim_log_queue_bytes 60\nkim_log_queue_limit_bytes 64", "", ""]),
            "antrean pencatatan terisi 93,8%",
            "basis data lambat",
        ),
    ]);
}
