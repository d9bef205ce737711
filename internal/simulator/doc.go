// Package simulator is a Hover that runs on this machine: OAuth with rotating
// refresh tokens, webhooks with verification and signatures, jobs, capture
// requests, and artifacts on a second origin that refuses the bearer. It is
// what `dormer --demo` and `dormer simulate` run and what the product is tested
// against.
//
// Its behaviour is stated, not accidental: what Hover documents it does, what
// public clients observed it does too, and where the sources disagree there is
// a switch in [Faults], with every way of failing that the product must
// survive. It keeps nothing on disk.
//
// [New] builds one, [Simulator.Start] serves it on loopback, and
// [Simulator.Transport] reaches it without any network. Nothing moves by itself
// until [Simulator.Play] is called, except a test job that the API was asked
// for and a capture that was created while a scenario plays.
//
// # The pages for people
//
// /oauth/authorize asks to allow or deny; /wr/jobs/{id} approves a job that
// waits for it; /capture/{identifier} stands for the phone app; /3d/{id} for
// the 3D view.
//
// # The control surface
//
// For scripts and for tests in other processes: JSON over HTTP on the API's
// address. Durations are text ("1.5s"), and what is not named stays as it is.
//
//	GET    /simulator/                    credentials, addresses, counts
//	GET    /simulator/jobs                all jobs with their structures' ids and states
//	POST   /simulator/jobs                a JobSpec, or {"count":772}; gives the ids
//	POST   /simulator/jobs/{id}           {"state","complete","fail":"reason","approve","archived","name","hours_left","quiet"}
//	POST   /simulator/jobs/{id}/models/{model}  {"state","reason"}
//
// POST /simulator/jobs/{id}/papers {"materials":{…}} (a MaterialsSpec), {"checklist":{…}} or {"inspection":{…}} (a
// ChecklistSpec)
//
//	POST   /simulator/materials/{id}      {"items":[…],"approval":"approved","send":true}: changed, approved, sent by hand
//	GET    /simulator/captures            ids and states
//	POST   /simulator/captures            a CaptureSpec
//	POST   /simulator/captures/{id}       {"state"}
//	GET    /simulator/faults              the switches in force
//	PATCH  /simulator/faults              changes those that are named; "answers" and "shapes" are replaced as a whole
//	DELETE /simulator/faults              back to how it began
//	GET    /simulator/webhooks            with secrets and verification codes
//	POST   /simulator/webhooks            {"url"}: somebody else's, verified
//	POST   /simulator/webhooks/{id}       {"rotate_secret","last_error"}
//	DELETE /simulator/webhooks/{id}
//	POST   /simulator/emit                {"body":{…} or "raw text","delivery":{"unsigned","bad_signature","sha1_only","sha256_only",
//	                                      "stale","no_content_md5","reading","content_type","url","webhook_id","secret","header",
//	                                      "without_id"}}; gives the status that was answered
//	POST   /simulator/settle              returns once no event waits for delivery
//	POST   /simulator/tokens              {"expire","sign_out","sign_in"}; sign_in gives a pair
//	GET    /simulator/deliveries          every POST to a webhook, oldest first
//	GET    /simulator/requests            every request to Hover and storage, and the most within 60 s
//
// A request that a browser sends on another site's behalf is refused.
package simulator
