//! Waits for jobs, by the operations that report on them.

use super::{ApiServer, CannedResponse, sevensignal, uuid, vxg4};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(1);

#[tokio::test]
async fn test_clip_is_waited_for_with_progress() {
    let statuses = ["pending", "pending", "done"];
    let answers =
        statuses.map(|status| CannedResponse::json(200, &format!(r#"{{"id": 7, "status": "{status}"}}"#)));
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg4(&server);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&seen);
    let wait = client.clips_retrieve(7).wait().every(SHORT);
    let wait = wait.progress(move |clip: &vxg_v4::types::Clip| shown.lock().unwrap().push(clip.id));
    let clip = wait.await.unwrap();
    assert_eq!(clip.id, Some(7));
    assert_eq!(seen.lock().unwrap().len(), 2);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn test_clip_that_fails_ends_the_wait() {
    let server = ApiServer::start([CannedResponse::json(200, r#"{"id": 7, "status": "error"}"#)])
        .await
        .unwrap();
    let error = vxg4(&server).clips_retrieve(7).wait().await.unwrap_err();
    assert!(error.to_string().contains("`status` is `error`"), "{error}");
}

#[tokio::test]
async fn test_state_of_an_image_task_that_is_not_known_ends_the_wait() {
    let answers = ["pending", "whatever"].map(|status| {
        let body = format!(r#"{{"id": 7, "status": "{status}"}}"#);
        CannedResponse::json(200, &body)
    });
    let server = ApiServer::start(answers).await.unwrap();
    let wait = vxg4(&server).images_generation_tasks_retrieve(7).wait();
    let task = wait.every(SHORT).await.unwrap();
    assert_eq!(task.status.as_deref(), Some("whatever"));
}

#[tokio::test]
async fn test_test_that_its_sensor_has_not_taken_up_is_waited_for() {
    let state = |state: &str| {
        let body = format!(r#"{{"testId": "7", "runStatus": "{state}"}}"#);
        CannedResponse::json(200, &body)
    };
    let answers = [
        CannedResponse::json(404, "{}"),
        state("IN_PROGRESS"),
        state("COMPLETE"),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sevensignal(&server);
    let wait = client.ping_test_status(42, uuid()).wait().every(SHORT);
    assert_eq!(wait.await.unwrap().test_id, "7");
    assert_eq!(server.received().len(), 3);
    // The test can wait for every kind.
    let _ = client.mos_test_status(42, uuid()).wait();
    let _ = client.packet_capture_status(42, uuid()).wait();
    let _ = client.web_download_test_status(42, uuid()).wait();
}
