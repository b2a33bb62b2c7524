//! Waits for the job that an operation reports on.

use crate::guarded::{answering, made};
use crate::support::{answer, json};
use lorgnette_runtime::Call;
use lorgnette_runtime::wait::Wait;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    pub status: Option<String>,
    pub done: Option<i64>,
}
lorgnette_runtime::object!(Clip { 0 status: "status", 1 done: "done" });

#[derive(Debug)]
pub enum Missing {
    NotFound(()),
}
lorgnette_runtime::statuses!(Missing { 404 NotFound(()) });

lorgnette_runtime::operation!(CLIP: "clip" GET "/clip");
made!(GetClip: CLIP => Clip, Missing {});
lorgnette_runtime::waits!(GetClip => Clip, Missing; member("status").done(&["done"]).failed(&["error"]).not_yet(&[404]));
made!(GetTask: CLIP => Clip, Missing {});
lorgnette_runtime::waits!(GetTask => Clip, Missing; member("status").pending(&["pending"]));
made!(GetResult: CLIP => Clip, Missing {});
lorgnette_runtime::waits!(GetResult => Clip, Missing; success().not_yet(&[404]));

const SHORT: Duration = Duration::from_millis(5);

#[tokio::test]
async fn test_wait_ends_when_the_member_says_so() {
    let (server, client) = answering(vec![
        answer(404, &[], ""),
        json(200, r#"{"status": "pending", "done": 1}"#),
        json(200, r#"{"status": "pending", "done": 2}"#),
        json(200, r#"{"status": "done"}"#),
    ])
    .await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&seen);
    let wait = GetClip::from(&client).wait().every(SHORT);
    let wait = wait.progress(move |clip: &Clip| shown.lock().unwrap().push(clip.done));
    let clip = wait.await.unwrap();
    assert_eq!(clip.status.as_deref(), Some("done"));
    assert_eq!(*seen.lock().unwrap(), [Some(1), Some(2)]);
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn test_wait_by_pending_values_or_by_status_alone() {
    let pending = json(200, r#"{"status": "pending"}"#);
    let (_server, client) = answering(vec![pending, json(200, r#"{"status": "whatever"}"#)]).await;
    let task = GetTask::from(&client).wait().every(SHORT).await.unwrap();
    assert_eq!(task.status.as_deref(), Some("whatever"));
    let (server, client) = answering(vec![answer(404, &[], ""), json(200, "{}")]).await;
    GetResult::from(&client).wait().every(SHORT).await.unwrap();
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_failure_ends_the_wait_with_what_the_server_says() {
    let (_server, client) = answering(vec![json(200, r#"{"status": "error", "message": "no disk"}"#)]).await;
    let error = GetClip::from(&client).wait().await.unwrap_err();
    assert!(
        error.is_status() && error.to_string().contains("`status` is `error`"),
        "{error}"
    );
    assert_eq!(error.message().as_deref(), Some("no disk"));
    // A status other than those that mean "not yet" is an error, as usual.
    let (server, client) = answering(vec![answer(404, &[], "")]).await;
    let error = GetTask::from(&client).wait().every(SHORT).await.unwrap_err();
    assert!(matches!(error.declared(), Some(Missing::NotFound(()))));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_wait_ends_when_its_time_is_up_and_heeds_retry_after() {
    let (server, client) = answering(vec![json(200, r#"{"status": "pending"}"#)]).await;
    let wait = GetClip::from(&client)
        .wait()
        .every(SHORT)
        .within(Duration::from_millis(100));
    let error = wait.await.unwrap_err();
    assert!(
        error.is_timeout() && error.to_string().contains("100ms"),
        "{error}"
    );
    assert!(server.received().len() > 1);

    let later = answer(404, &[("retry-after", "1")], "");
    let (_server, client) = answering(vec![later, json(200, r#"{"status": "done"}"#)]).await;
    let begun = Instant::now();
    GetClip::from(&client).wait().every(SHORT).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn test_operation_with_a_body_cannot_be_waited_for() {
    let (server, client) = answering(vec![json(200, "{}")]).await;
    let mut call = GetClip::from(&client);
    call.0.json(&1);
    assert!(call.wait().await.unwrap_err().is_build());
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_wait_shows_nothing_of_its_request() {
    let (_server, client) = answering(vec![json(200, "{}")]).await;
    let wait: Wait<Clip, Missing> = GetClip::from(&client).header("x-key", "hunter2").wait();
    let shown = format!("{wait:?}");
    assert!(shown.contains("status") && !shown.contains("hunter2"), "{shown}");
}
