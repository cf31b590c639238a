package player

import "testing"

// Who lags gets one position, which is no less new for standing for several.
func TestOnePositionForThoseNotRead(t *testing.T) {
	queue := appendReport(nil, Report{Kind: Started, Item: "a", Anew: true})
	queue = appendReport(queue, Report{Kind: Position, Item: "a", Position: 1, Anew: true})
	queue = appendReport(queue, Report{Kind: Position, Item: "a", Position: 2})
	queue = appendReport(queue, Report{Kind: Position, Item: "b", Position: 3})
	if len(queue) != 3 || queue[1].Position != 2 || !queue[1].Anew || queue[2].Anew {
		t.Errorf("unread: %+v", queue)
	}
}
