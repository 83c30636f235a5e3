package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/threatclients/threatclients-go/auth"
)

// signing sends 400 requests of this project's signer to npm's server and checks its answers.
func signing(dir, library string, account []string) (*Count, error) {
	cmd := exec.Command("node", append([]string{"hawk.cjs", library, "server", ""}, account...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(".run", "node_modules"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = cmd.Process.Kill() // it serves until then
		_ = cmd.Wait()
	}()
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, err
	}
	sign := auth.Hawk(account[0], account[1], account[2])
	c := new(Count)
	for _, path := range []string{"/v2/agents", "/v2/a%2Fb", "/v2/a%2fb", "/v2/%C3%BC", "/v2/a;b=c", "/v2//double", "/v2/100%25", "/v2/plus+plus", "/v2/a$b", "/v2/~tilde"} {
		for _, query := range []string{"", "?status=online", "?a=1&a=2", "?q=%20", "?q=+", "?x=%2F", "?b=2&a=1", "?e="} {
			for _, body := range []string{"", `{"a": 1}`, "text", "ü", "0123456789"} {
				if err := one(c, sign, account[1], strings.TrimSpace(url)+path+query, body); err != nil {
					return nil, err
				}
			}
		}
	}
	return c, nil
}

func one(c *Count, sign auth.Editor, key, target, body string) error {
	r, err := http.NewRequest(http.MethodPost, target, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if err := sign(context.Background(), r); err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	c.Calls++
	if res.StatusCode != http.StatusOK {
		c.Refused = append(c.Refused, fmt.Sprintf("%s: %d %s", target, res.StatusCode, text))
		return nil
	}
	c.Accepted++
	if err := auth.VerifyHawkResponse(res, key, text); err != nil {
		c.Refused = append(c.Refused, target+": "+err.Error())
		return nil
	}
	c.Parsed++
	return nil
}
