package session

import "testing"

func TestReadBootTellsThisMachine(t *testing.T) {
	first, err := ReadBoot()
	if err != nil {
		t.Fatal(err)
	}
	second, err := ReadBoot()
	if err != nil || first.ID == "" || first.ID != second.ID || first.Up <= 0 || second.Up < first.Up {
		t.Errorf("%+v, then %+v (%v)", first, second, err)
	}
}
