package reach

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/tunnel"
)

// tryTokenWithin is how long ngrok may take to take a token or leave it.
const tryTokenWithin = 15 * time.Second

// ErrTokenRight is wrapped by an error of TryToken that has nothing to do with
// the token: it may be saved all the same.
var ErrTokenRight = say.Because("token.right")

// TryToken opens a tunnel with an ngrok authtoken, closes it again, and says
// which address it had. The token of the tunnel that is open needs no trial.
func (l *Reach) TryToken(ctx context.Context, token string) (url string, err error) {
	if token, err = records.CleanSecret(records.KeyNgrokToken, token); err != nil {
		return "", err
	}
	if url := l.openWith(token); url != "" {
		return url, nil
	}
	if l.o.Try == nil {
		return "", &say.Error{What: say.T("token.demo"), Do: say.T("token.demo.do")}
	}
	t, err := l.o.Try(token)
	if err != nil {
		return "", err
	}
	trial, cancel := context.WithTimeout(ctx, tryTokenWithin)
	defer cancel()
	known := make(chan tunnel.Status, 1) // the first that says how it ends
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = t.Run(trial, http.NotFoundHandler(), func(st tunnel.Status) { // its error is in the status
			if st.State != tunnel.Online && st.Err == nil {
				return
			}
			select {
			case known <- st:
			default:
			}
			cancel()
		})
	}()
	<-ended
	select {
	case st := <-known:
		return st.URL, refusedToken(st)
	default:
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return "", &say.Error{
		What: say.T("token.silent"), Err: say.Because("token.silent.why", "seconds", int(tryTokenWithin.Seconds())),
		Do: say.T("do.check_internet_try_again"),
	}
}

// openWith gives the address of the tunnel that is open with a token, "" if none
// is.
func (l *Reach) openWith(token string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if token == "" || l.kind != "ngrok" || l.token != token || l.st.State != tunnel.Online {
		return ""
	}
	return l.st.URL
}

// refusedToken puts into words how a trial ended; nil if it was online.
func refusedToken(st tunnel.Status) error {
	if st.State == tunnel.Online {
		return nil
	}
	switch st.Code {
	case "ERR_NGROK_108":
		return &say.Error{What: say.T("token.too_many"), Err: ErrTokenRight, Do: say.T("token.in_use.do")}
	case "ERR_NGROK_334":
		return &say.Error{What: say.T("token.in_use"), Err: ErrTokenRight, Do: say.T("token.in_use.do")}
	}
	said := tunnel.InWords(st.Err)
	// Nobody goes on with a trial.
	if t, ok := errors.AsType[*tunnel.Error](st.Err); ok {
		said.Do = t.Do
	}
	if st.Code != "" {
		said.Why = say.Words(st.Code)
	}
	return said
}
