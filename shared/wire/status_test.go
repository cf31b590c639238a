package wire

import "testing"

func TestEveryCodeHasAStatus(t *testing.T) {
	want := map[Code]int{
		CodeSessionNotFound: 404, CodeTrackNotFound: 404, CodeSessionEnded: 410, CodeHostOffline: 503,
		CodeAlreadyActive: 409, CodeNotAuthorized: 401, CodeRateLimited: 429, CodeInternal: 500,
	}
	for _, row := range Errors() {
		status, named := want[row.Code]
		if !named {
			status = 400
		}
		if got := row.Code.Status(); got != status {
			t.Errorf("%s is a %d, want %d", row.Code, got, status)
		}
	}
}
