"""Each of the 36 scenarios of shared/data/twilio/scenarios.json has a test that proves it; here is which."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCENARIOS = ROOT / ".." / "shared" / "data" / "twilio" / "scenarios.json"
TEXTING, HOSTILE = "tests/channels/sms/test_texting.py", "tests/channels/sms/test_hostile_webhooks.py"
CRASHES, EVENTS = "tests/channels/sms/test_crashes.py", "tests/channels/test_web_events.py"
VECTORS, DELIVERY = "tests/channels/sms/test_status_vectors.py", "tests/browser/test_widget_delivery.py"
WEB = "tests/channels/test_web_api.py"

PROOF = {
    "dup-sequential": f"{TEXTING}::test_the_same_webhook_twice_is_one_message",
    "dup-concurrent": f"{TEXTING}::test_fifty_times_at_once_is_one_message",
    "dup-after-crash": f"{CRASHES}::test_a_text_that_was_acknowledged_is_answered_after_a_crash",
    "dup-crash-after-rasa": f"{CRASHES}::test_a_crash_between_the_answer_and_its_commit_advances_the_dialogue_once",
    "retry-new-idempotency-token": f"{HOSTILE}::test_a_replay_changes_nothing",
    "status-many-same-sid": f"{TEXTING}::test_a_status_never_moves_back",
    "status-out-of-order": f"{TEXTING}::test_a_status_never_moves_back",
    "status-smsstatus-mismatch": f"{VECTORS}::test_a_callback_means_what_the_vector_says",
    "status-before-create-response": f"{VECTORS}::test_a_callback_may_come_before_the_answer_to_our_post",
    "ambiguous-timeout-accepted": f"{TEXTING}::test_taken_but_not_answered_is_not_sent_again",
    "ambiguous-timeout-not-accepted": f"{TEXTING}::test_not_taken_is_sent_once_more_and_then_staff_must_look",
    "http-429": f"{TEXTING}::test_too_fast_pauses_the_sender_not_the_message",
    "http-400-21610": f"{TEXTING}::test_the_provider_s_word_counts",
    "cb-21610": f"{TEXTING}::test_a_callback_that_says_so_counts_too",
    "stop-then-reply-in-flight": f"{TEXTING}::test_stop_cancels_what_waits_and_is_kept",
    "order-one-contact": f"{TEXTING}::test_parts_go_one_after_another",
    "order-two-contacts": f"{TEXTING}::test_a_slow_phone_does_not_hold_up_another",
    "db-down": f"{HOSTILE}::test_a_store_that_cannot_be_written_is_not_acknowledged",
    "slow-bot": f"{HOSTILE}::test_a_slow_assistant_does_not_hold_up_the_acknowledgment",
    "spanish-inverted": f"{TEXTING}::test_spanish_arrives_unchanged",
    "mms-no-body": f"{TEXTING}::test_a_picture_without_words_is_acknowledged",
    "slash-intent": f"{TEXTING}::test_a_slash_is_only_text",
    "empty-params-signature": f"{HOSTILE}::test_a_signed_webhook_is_still_looked_at",
    "unknown-new-params": f"{HOSTILE}::test_a_signed_webhook_is_still_looked_at",
    "messaging-service-number": f"{HOSTILE}::test_a_signed_webhook_is_still_looked_at",
    "token-rotation": f"{HOSTILE}::test_the_other_token_is_good_while_tokens_are_changed",
    "proxy-headers": f"{HOSTILE}::test_a_spoofed_host_changes_nothing",
    "json-body-no-hash": f"{HOSTILE}::test_json_is_forbidden_with_and_without_its_hash",
    "base64-body": f"{VECTORS}::test_only_a_body_that_is_clearly_base64_is_decoded",
    "web-resume": f"{EVENTS}::test_a_stream_resumes_after_the_last_event_that_was_seen",
    "web-resume-too-old": f"{EVENTS}::test_nothing_that_can_be_resumed_is_ever_too_old",
    "web-send-retry": f"{WEB}::test_the_same_client_msg_id_gives_the_same_number_and_changes_nothing",
    "web-two-tabs": f"{EVENTS}::test_several_windows_see_the_same_events",
    "web-session-guess": "tests/channels/test_web_refusals.py::test_without_the_secret_nothing_opens",
    "web-origin": "tests/channels/test_gateway.py::test_another_website_may_not",
    "web-proxy-buffer": f"{DELIVERY}::test_where_streams_do_not_pass_it_polls",
}


def test_every_scenario_has_a_proof_and_no_other_has() -> None:
    if not SCENARIOS.exists():
        pytest.skip("shared/data/twilio/scenarios.json is not here")
    assert {scenario["id"] for scenario in json.loads(SCENARIOS.read_text("utf-8"))} == set(PROOF)


@pytest.mark.parametrize("scenario", sorted(PROOF))
def test_the_test_that_proves_it_is_there(scenario: str) -> None:
    path, _, name = PROOF[scenario].partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)}
