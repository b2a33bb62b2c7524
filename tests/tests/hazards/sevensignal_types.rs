//! The hazards in 7SIGNAL's contract that affect types.

use crate::support::{line, listener, naive, only, read, sevensignal, uuid, written};
use lorgnette_runtime::Nullable;
use lorgnette_tests::server::{ApiServer, CannedResponse};
use sevensignal_v2::types::*;

#[tokio::test]
async fn test_same_key_in_different_fragments_means_different_things() {
    // `PathIncidents` and `GetIncidentsResponse` of two fragments: two operations with separate
    // responses.
    let pagination = r#"{"perPage": 50, "page": 1, "total": 0, "pages": 0}"#;
    let alerting = format!(r#"{{"results": [], "pagination": {pagination}}}"#);
    let answers = [
        CannedResponse::json(200, r#"{"results": []}"#),
        CannedResponse::json(200, &alerting),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sevensignal(&server);
    let agents: IncidentsGetIncidentsResponse = client.agent_incidents().send().await.unwrap().into_inner();
    assert_eq!(agents.range, None);
    let rules: AlertIncidentsGetIncidentsResponse =
        client.alerting_incidents().send().await.unwrap().into_inner();
    assert_eq!(rules.pagination.per_page, 50);
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/incidents/agents", "/alerting/incidents"]);

    // `Dimension`, `AggregationFunction` and `ThresholdOperator` are equal in two fragments, and
    // become one type each.
    let rule: AlertRuleResponse = read(r#"{"thresholdOperator": "<=", "dimensionSet": ["band"]}"#);
    let incident: IncidentByRuleResponseRule =
        read(r#"{"thresholdOperator": "<=", "dimensionSet": ["band"]}"#);
    assert_eq!(rule.threshold_operator, incident.threshold_operator);
    assert_eq!(rule.dimension_set, incident.dimension_set);

    // `FromRequestParam` may be left out of incidents, but not of the impact.
    let error = client.agent_impact().to(2).send().await.unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("`from`"),
        "{error}"
    );
}

#[tokio::test]
async fn test_page_0_is_possible_where_pages_start_at_0() {
    // `PageRequestParam` of four fragments: two count from 0, one from 1, and one does not declare
    // it.
    async fn pages_of(first: &str, pages: &str) -> Vec<String> {
        let answers = [first, first].map(|body| CannedResponse::json(200, body));
        let server = ApiServer::start(answers).await.unwrap();
        let client = sevensignal(&server);
        if pages == "zero" {
            let mut list = client.adapter_driver_report().page(0).pages();
            while let Ok(Some(_)) = list.page().await {}
        } else {
            let mut list = client.agent_impact().from(1).to(2).page(1).pages();
            while let Ok(Some(_)) = list.page().await {}
        }
        let received = server.received().into_iter();
        received.map(|request| request.target).collect()
    }
    let report = r#"{"data": [{}], "pagination": {"pages": 2}}"#;
    assert_eq!(
        pages_of(report, "zero").await,
        ["/adapter-driver-report?page=0", "/adapter-driver-report?page=1"]
    );
    let impact = r#"{"results": [{}], "pagination": {"perPage": 1, "page": 1, "total": 2, "pages": 2}}"#;
    assert_eq!(
        pages_of(impact, "one").await,
        [
            "/impact/agents?from=1&to=2&page=1",
            "/impact/agents?from=1&to=2&page=2"
        ]
    );
}

#[tokio::test]
async fn test_parameters_that_lie_among_the_schemas_are_parameters() {
    let server = listener().await;
    let call = sevensignal(&server);
    let call = call.agent_incidents().organization("acme & sons");
    let _ = call.order(SortOrderParam::Desc).send().await;
    assert_eq!(
        line(&server),
        "GET /incidents/agents?organization=acme%20%26%20sons&order=desc"
    );
}

#[test]
fn test_type_or_description_beside_a_reference_takes_nothing_away() {
    let json = r#"{"range": {"to": 2, "toAsDateString": "", "from": 1, "fromAsDateString": "", "total": 1, "duration": 1, "durationAsString": ""},
                   "results": [{"thresholds": {"criticalThreshold": 0.5}}]}"#;
    let answer: IncidentsGetIncidentsResponse = read(json);
    assert_eq!(answer.range.unwrap().to, Some(2));
    let thresholds: &NestedIncidentThresholds = answer.results[0].thresholds.as_ref().unwrap();
    assert_eq!(thresholds.critical_threshold, Some(0.5));
}

#[tokio::test]
async fn test_schemas_that_are_only_an_alias_are_what_they_stand_for() {
    // `PostAgentAccessPointsRequest` is a list of another schema.
    let server = listener().await;
    let mut point = AgentAccessPointRequest::default();
    point.name = Some("lobby".into());
    let _ = sevensignal(&server)
        .create_agent_access_points([point])
        .send()
        .await;
    assert_eq!(only(&server).text(), r#"[{"name":"lobby"}]"#);
}

#[test]
fn test_enum_values_that_are_no_identifiers() {
    for (value, json) in [
        (ThresholdOperator::LessThan, r#""<""#),
        (ThresholdOperator::LessOrEqual, r#""<=""#),
        (ThresholdOperator::GreaterThan, r#"">""#),
        (ThresholdOperator::GreaterOrEqual, r#"">=""#),
    ] {
        assert_eq!(written(&value), json);
        assert_eq!(read::<ThresholdOperator>(json), value);
    }
    assert_eq!(written(&CaptureBand::TwoPointFourGhz), r#""2.4""#);
    assert_eq!(read::<CaptureBand>(r#""5""#), CaptureBand::FiveGhz);
    assert_eq!(SensorTimeBucketFilter::OneMinute.as_str(), "1_MIN");
}

#[test]
fn test_628_time_zones_of_which_some_collide_when_mangled() {
    for zone in [
        "Etc/GMT",
        "Etc/GMT+0",
        "Etc/GMT-0",
        "Etc/GMT0",
        "Etc/GMT+1",
        "Etc/GMT-1",
        "Etc/GMT+11",
    ] {
        let value = TimeZone::from(zone);
        assert!(!matches!(value, TimeZone::Unknown(_)), "{zone}");
        assert_eq!(value.as_str(), zone);
    }
    assert_eq!(TimeZone::EtcGmtPlus1.as_str(), "Etc/GMT+1");
    assert_eq!(TimeZone::EtcGmtMinus1.as_str(), "Etc/GMT-1");
    assert_ne!(TimeZone::EtcGmtPlus1, TimeZone::EtcGmtMinus1);
}

#[test]
fn test_enums_of_numbers_are_numbers() {
    let incident: FlatIncident = read(r#"{"band": 2.40}"#);
    assert_eq!(incident.band, Some(Band::TwoPointFourGhz));
    let bands = [Band::TwoPointFourGhz, Band::FiveGhz, Band::Unknown(7.0)];
    assert_eq!(written(&bands), "[2.4,5,7]");
    assert_eq!(read::<[Band; 3]>("[2.400, 5.00, 7]"), bands);
}

#[test]
fn test_names_of_253_countries_are_not_all_that_there_are() {
    assert_eq!(CountryCodeName::from("AUSTRALIA"), CountryCodeName::Australia);
    // The server takes alpha-2 codes in any case, too, and learns new names before we do.
    let mut location = SensorCreateLocationRequest::default();
    location.country_code = Some("fi".into());
    assert_eq!(written(&location), r#"{"countryCode":"fi"}"#);
    let location: SensorLocation = read(r#"{"countryCode": "NEWLAND"}"#);
    assert_eq!(
        location.country_code,
        Some(CountryCodeName::Unknown("NEWLAND".into()))
    );
    assert_eq!(location.country_code.unwrap().to_string(), "NEWLAND");
}

#[test]
fn test_nullable_members_tell_null_from_absent() {
    let rule = |filters| {
        let mut rule = AlertRuleRequest::new(
            "m",
            vec![],
            AggregationFunction::Avg,
            1.0,
            ThresholdOperator::LessThan,
        );
        rule.dimension_filters = filters;
        written(&rule)
    };
    let rest = r#""metric":"m","dimensionSet":[]"#;
    let end = r#""aggregationFunction":"avg","thresholdValue":1,"thresholdOperator":"<"}"#;
    assert_eq!(rule(Nullable::Absent), format!("{{{rest},{end}"));
    assert_eq!(
        rule(Nullable::Null),
        format!("{{{rest},\"dimensionFilters\":null,{end}")
    );
    let read: AlertRuleResponse = read(r#"{"dimensionFilters": null}"#);
    assert!(read.dimension_filters.is_none());
}

#[test]
fn test_nullable_beside_all_of_may_be_null() {
    let open: IncidentResponse = read(r#"{"resolutionReason": null}"#);
    assert_eq!(open.resolution_reason, None);
    let resolved: IncidentResponse = read(r#"{"resolutionReason": "manual"}"#);
    assert_eq!(resolved.resolution_reason.unwrap(), "manual");
}

#[test]
fn test_default_of_the_wrong_type_does_no_harm() {
    // `isLicensed` is a boolean whose default is the text "false".
    let agent: EyesAgent = read(r#"{"isLicensed": true}"#);
    assert_eq!(agent.is_licensed, Some(true));
    assert_eq!(written(&PatchEyesAgentRequest::default()), "{}");
}

#[test]
fn test_required_member_that_its_schema_does_not_define() {
    // `ActiveTestRequestBase` requires `ipAddress` and does not define it: the schemas that extend
    // it do.
    let address = r#""ipAddress":{"ipProtocol":"IPV4"}"#;
    let ping: PingGatewayTestRequest = read(&format!(r#"{{"accessPointId":1,{address}}}"#));
    let _: &IpAddressSettings = &ping.ip_address;
    assert!(serde_json::from_str::<PingGatewayTestRequest>(r#"{"accessPointId":1}"#).is_err());
}

#[test]
fn test_one_of_with_a_discriminator_and_unnamed_variants() {
    let json = r#"{"kind":"webhook","url":"https://hooks.example/1","auth":{"type":"BASIC","username":"u","passwordSecretArn":"arn:1"}}"#;
    let delivery: Delivery = read(json);
    let Delivery::Webhook(webhook) = &delivery else {
        panic!("{delivery:?}")
    };
    let WebhookAuth::Basic(auth) = &webhook.auth else {
        panic!("{webhook:?}")
    };
    assert_eq!(auth.username, "u");
    assert_eq!(written(&delivery), json);
    // An unknown kind is kept and sent back unchanged.
    let json = r#"{"kind":"pager","number":1.50}"#;
    let delivery: Delivery = read(json);
    assert!(matches!(delivery, Delivery::Unknown(_)));
    assert_eq!(written(&delivery), r#"{"kind":"pager","number":1.5}"#);
}

#[test]
fn test_one_of_without_discriminator_is_chosen_by_the_sibling() {
    // `innerAuthentication` has two branches with the same members; `eapMethod` beside it selects
    // one.
    let mut key = PostNetworkKeyRequest::new(NetworkKeyType::WpaEap, "corporate");
    key.eap_method = Some(EapMethod::EapTtls);
    let mut inner = TtlsInnerAuthentication::default();
    inner.method = Some(InnerAuthenticationMethod::Pap);
    key.inner_authentication = Some(InnerAuthentication::TtlsInnerAuthentication(inner));
    let json = r#"{"type":"WPA_EAP","name":"corporate","eapMethod":"EAP_TTLS","innerAuthentication":{"method":"PAP"}}"#;
    assert_eq!(written(&key), json);
    // Reading loses nothing, and selects the branch that knows the method. If both branches know
    // it, the first is selected.
    let read_back: PostNetworkKeyRequest = read(json);
    assert_eq!(read_back, key);
    assert_eq!(written(&read_back), json);
    let both = json.replace("PAP", "MSCHAPV2");
    assert_eq!(written(&read::<PostNetworkKeyRequest>(&both)), both);
}

#[test]
fn test_time_zone_that_is_one_of_two_enums_is_one() {
    assert_eq!(TimeZone::from("INHERIT"), TimeZone::Inherit);
    assert_eq!(TimeZone::from("Africa/Cairo"), TimeZone::AfricaCairo);
    assert_eq!(
        TimeZone::from("Mars/Olympus"),
        TimeZone::Unknown("Mars/Olympus".into())
    );
}

#[test]
fn test_members_named_like_keywords() {
    let search: EyerisAnalysisRequest = read(
        r#"{"agentId": "7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d", "type": "ROAMING", "from": "a", "to": "b"}"#,
    );
    assert_eq!(search.type_, EyerisAnalysisRequestType::Roaming);
    assert_eq!(search.agent_id, uuid());
    let captures: EyesPacketCaptureListResponse = read(r#"{"items": [{"hostname": "eye-1"}]}"#);
    assert_eq!(captures.items[0].hostname.as_deref(), Some("eye-1"));
    let permission: Permission = read(r#"{"description": "may read"}"#);
    assert_eq!(permission.description.as_deref(), Some("may read"));
    let error: Oauth2AccessTokenError = read(r#"{"error": "invalid_scope"}"#);
    assert_eq!(error.error, OauthErrorCode::InvalidScope);
}

#[test]
fn test_date_time_of_an_audit_keeps_its_offset() {
    let record: AuditAgentRecord = read(r#"{"timestamp": "2023-01-18T15:51:20.437Z"}"#);
    assert_eq!(
        record.timestamp.unwrap().naive_utc(),
        naive("2023-01-18T15:51:20.437")
    );
}
