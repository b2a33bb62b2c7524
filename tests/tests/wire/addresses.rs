//! The targets of requests: paths, queries, servers.

use super::{angus, line, listener, naive, sevensignal, sigsci, uuid, vxg2, vxg3, vxg4, vxg5};

// Lists in queries

#[tokio::test]
async fn test_list_repeats_its_name_where_the_contract_explodes_it() {
    use sevensignal_v2::types::{AggregateFunctionsDiscreteFilter, MetricsDiscreteFilter, TimeBucketFilter};
    let server = listener().await;
    let _ = sevensignal(&server)
        .time_series_agents_overall_discrete()
        .from(1_673_970_951_000)
        .to(1_673_974_551_000)
        .time_bucket(TimeBucketFilter::OneHour)
        .aggregate_functions(vec![AggregateFunctionsDiscreteFilter::Mode])
        .metrics(vec![MetricsDiscreteFilter::Band, MetricsDiscreteFilter::Bssid])
        .bssids(["00:11:22:33:44:55", "a,b"])
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /time-series/agents/discrete?from=1673970951000&to=1673974551000&timeBucket=1_HOUR\
         &aggregateFunctions=MODE&metrics=BAND&metrics=BSSID\
         &bssids=00%3A11%3A22%3A33%3A44%3A55&bssids=a%2Cb"
    );
}

#[tokio::test]
async fn test_list_is_joined_by_commas_where_the_contract_does_not_explode_it() {
    use vxg_v3::types::LogsFilterListOperation;
    let server = listener().await;
    let _ = vxg3(&server)
        .logs_filter_list()
        .camids(vec![7, 8])
        .operations(vec![
            LogsFilterListOperation::Unknown("a,b".into()),
            LogsFilterListOperation::Unknown("c".into()),
        ])
        .send()
        .await;
    assert_eq!(line(&server), "GET /logs/filter/?camids=7,8&operations=a%2Cb,c");
}

#[tokio::test]
async fn test_list_is_joined_by_commas_in_angus_metrics() {
    use angus_v1::types::{Metric, TimeBucket};
    let server = listener().await;
    let _ = angus(&server)
        .entities_list()
        .metrics(vec![Metric::Interested, Metric::PassingBy])
        .from_date(
            "2017-09-03T05:45:00+02:00"
                .parse::<lorgnette_runtime::DateTime>()
                .unwrap(),
        )
        .time(TimeBucket::ByDay)
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /api/1/entities?metrics=interested,passing_by&from_date=2017-09-03T05%3A45%3A00%2B02%3A00&time=by_day"
    );
}

#[tokio::test]
async fn test_list_that_the_contract_calls_text_is_encoded_as_a_whole() {
    let server = listener().await;
    let _ = vxg2(&server)
        .storage_events_list()
        .events("motion,sound")
        .type_("x")
        .send()
        .await;
    assert_eq!(line(&server), "GET /storage/events/?events=motion%2Csound&type=x");
}

#[tokio::test]
async fn test_tags_are_one_text_on_the_feed_and_a_repeated_name_on_timeseries() {
    let server = listener().await;
    let _ = sigsci(&server)
        .requests_feed("c", "s")
        .tags("SQLI,XSS")
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /corps/c/sites/s/feed/requests?tags=SQLI%2CXSS"
    );

    let server = listener().await;
    let _ = sigsci(&server)
        .timeseries_requests_get("c", "s")
        .tag(["SQLI", "XSS"])
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /corps/c/sites/s/timeseries/requests?tag=SQLI&tag=XSS"
    );
}

#[tokio::test]
async fn test_empty_list_is_left_out() {
    let server = listener().await;
    let _ = sevensignal(&server)
        .groups()
        .ids(Vec::<lorgnette_runtime::Uuid>::new())
        .page(2)
        .send()
        .await;
    assert_eq!(line(&server), "GET /groups?page=2");
}

// Other values in queries

#[tokio::test]
async fn test_query_is_left_out_when_nothing_is_set() {
    let server = listener().await;
    let _ = sevensignal(&server).agent_incidents().send().await;
    assert_eq!(line(&server), "GET /incidents/agents");
}

#[tokio::test]
async fn test_query_value_cannot_leave_its_place() {
    let server = listener().await;
    let _ = vxg5(&server)
        .channels_list()
        .name_icontains("a&b=c+d #%20é")
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /channels/?name__icontains=a%26b%3Dc%2Bd%20%23%2520%C3%A9"
    );
}

#[tokio::test]
async fn test_flag_without_value_is_sent_empty() {
    let server = listener().await;
    let _ = vxg2(&server)
        .storage_clips_list()
        .camid(7)
        .usecamtz("")
        .send()
        .await;
    assert_eq!(line(&server), "GET /storage/clips/?camid=7&usecamtz=");
}

#[tokio::test]
async fn test_number_in_query_is_plain_decimal() {
    let server = listener().await;
    let _ = sevensignal(&server)
        .agent_incidents()
        .from(1_673_970_951_000)
        .send()
        .await;
    assert_eq!(line(&server), "GET /incidents/agents?from=1673970951000");
}

#[tokio::test]
async fn test_number_with_decimals_in_query_keeps_its_digits() {
    let server = listener().await;
    let _ = vxg2(&server)
        .cameras_list()
        .latitude_gte(2.0)
        .latitude_lte(48.856_614_000_000_01)
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /cameras/?latitude__gte=2&latitude__lte=48.85661400000001"
    );
}

#[tokio::test]
async fn test_time_without_zone_is_sent_without_one() {
    let server = listener().await;
    let _ = vxg4(&server)
        .storage_records_list()
        .start(naive("2016-06-08T19:59:25"))
        .end(naive("2016-06-08T20:00:00.000042"))
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /storage/records/?start=2016-06-08T19%3A59%3A25&end=2016-06-08T20%3A00%3A00.000042"
    );
}

// Paths

#[tokio::test]
async fn test_path_parameter_may_be_an_address_of_mail() {
    let server = listener().await;
    let _ = sigsci(&server)
        .corp_user_get("acme", "ada+test@example.com")
        .send()
        .await;
    assert_eq!(line(&server), "GET /corps/acme/users/ada%2Btest%40example.com");
}

#[tokio::test]
async fn test_path_parameter_stays_in_its_segment() {
    let server = listener().await;
    let _ = vxg2(&server)
        .cameras_event_processing_events_retrieve(7, "a/../b?c=%20#é")
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /cameras/7/event_processing/events/a%2F..%2Fb%3Fc%3D%2520%23%C3%A9/"
    );
}

#[tokio::test]
async fn test_path_parameter_of_dots_is_refused() {
    let server = listener().await;
    let client = vxg2(&server);
    let call = client.cameras_event_processing_events_retrieve(7, "..");
    let error = call.send().await.unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("`event_name`"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_path_parameter_may_be_a_whole_number_an_id_or_an_enum() {
    let server = listener().await;
    let _ = sevensignal(&server).eyes_sensor(42).send().await;
    assert_eq!(line(&server), "GET /eyes/sensors/42");

    let server = listener().await;
    let _ = sevensignal(&server).eyes_agent(uuid()).send().await;
    assert_eq!(
        line(&server),
        "GET /eyes/agents/7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d"
    );
}

#[tokio::test]
async fn test_path_keeps_the_slash_at_its_end_where_the_contract_has_one() {
    let server = listener().await;
    let _ = vxg3(&server).buckets_list().send().await;
    assert_eq!(line(&server), "GET /buckets/");

    let server = listener().await;
    let _ = vxg3(&server).aliases_list().send().await;
    assert_eq!(line(&server), "GET /aliases");
}

// Servers

#[tokio::test]
async fn test_base_url_with_a_path_is_put_in_front() {
    let server = listener().await;
    let address = format!("{}/svc/api/v2/", server.address());
    let client = vxg_admin_v2::Client::new(&address).unwrap();
    let _ = client.cameras_list().send().await;
    assert_eq!(line(&server), "GET /svc/api/v2/cameras/");
}

#[tokio::test]
async fn test_operation_with_a_server_of_its_own_goes_there() {
    use angus_v1::types::StreamCredentials;
    let data = listener().await;
    let console = listener().await;
    let client = angus_v1::Client::builder(data.address())
        .server("https://console.angus.ai", console.address())
        .build()
        .unwrap();
    let credentials = StreamCredentials::new("ada@example.com", uuid(), "secret");
    let _ = client.stream_token_create(&credentials).send().await;
    assert_eq!(line(&console), "POST /api-token-authstream/");
    assert!(data.received().is_empty());
}
