// Package load is the tests of a host under load and under abuse: crowds of guests in one jam, with some among them who mean harm,
// floods of those who prove nothing, and every limit that a host and a soul-server hold. The hosts and soul-servers run as processes
// of their own, so that what they cost is nobody else's; the crowd is in the test's.
//
//	main_test.go      the test binary as a host, or as a soul-server   child_test.go     a process, and what it costs
//	crowd_test.go     guests who check all that they are told          speech_test.go    what they are told, and when
//	thousand_test.go  a thousand over WebSocket                        channels_test.go  a hundred over data channels
//	harm_test.go      three among them who mean harm                   unproven_test.go  joins that prove nothing
//	halfopen_test.go  requests that never end                          banned_test.go    who was thrown out
//	limits_test.go    every limit; limitwords, limitseats and limitways are its parts
package load
